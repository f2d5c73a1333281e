"""Frequent machine learning terms in Korean, with the renderings found for them.

A house starts with these. Where it has not chosen a word for a term, a digest should still keep to
one rendering (`papers.checks.terms.check_digest`).
"""

from papers.checks.base import Term

DEFAULT_TERMS = (
    Term("ablation", "어블레이션", ("절제 실험", "절제 연구")),
    Term("alignment", "정렬", ("얼라인먼트",)),
    Term("attention", "어텐션", ("주의", "주의력")),
    Term("autoregressive", "자기회귀", ("자동회귀", "자가회귀")),
    Term("baseline", "기준선", ("베이스라인",)),
    Term("chain of thought", "사고의 사슬", ("사고 사슬", "사고 연쇄", "연쇄 사고", "생각의 사슬")),
    Term("dataset", "데이터셋", ("데이터세트", "자료 집합")),
    Term("diffusion", "확산", ("디퓨전",)),
    Term("distillation", "증류", ("디스틸레이션",)),
    Term("embodied AI", "체화 AI", ("임바디드 AI", "체화된 AI")),
    Term("end-to-end", "엔드투엔드", ("종단 간", "엔드-투-엔드")),
    Term("fine-tuning", "미세 조정", ("파인튜닝",)),
    Term("gradient", "그래디언트", ("그라디언트", "그레이디언트", "구배")),
    Term("hallucination", "환각", ("할루시네이션",)),
    Term(
        "in-context learning",
        "문맥 내 학습",
        ("맥락 내 학습", "인컨텍스트 학습", "인컨텍스트 러닝"),
    ),
    Term("instruction tuning", "지시 튜닝", ("지시 조정", "인스트럭션 튜닝")),
    Term(
        "large language model",
        "대규모 언어 모델",
        ("대형 언어 모델", "거대 언어 모델", "초거대 언어 모델"),
    ),
    Term("long context", "긴 문맥", ("긴 컨텍스트", "긴 맥락", "롱 컨텍스트")),
    Term("mixture of experts", "전문가 혼합", ("혼합 전문가",)),
    Term("multimodal", "멀티모달", ("다중모달", "다중 모드", "다중 양식")),
    Term("parameter", "파라미터", ("매개변수",)),
    Term("point cloud", "포인트 클라우드", ("점 구름", "점군")),
    Term("pre-training", "사전 학습", ("사전 훈련", "프리트레이닝")),
    Term("prompt", "프롬프트", ("지시문",)),
    Term("quantization", "양자화", ("퀀타이제이션",)),
    Term("robustness", "강건성", ("견고성",)),
    Term("sampling", "샘플링", ("표본 추출",)),
    Term("self-supervised", "자기 지도", ("자가 지도", "자기 감독", "자가 감독")),
    Term("supervised learning", "지도 학습", ("감독 학습",)),
    Term("transformer", "트랜스포머", ("변환기",)),
    Term("world model", "월드 모델", ("세계 모델",)),
)
