"""Nouns that papers count, in English (singular) and Korean.

The words of a kind stand for the same thing in a translation. A word may be of several kinds: 단계
is a stage or a level.
"""

KINDS = (
    ("stage step phase procedure process", "단계 스텝 절차 과정 프로세스"),
    ("level tier granularity layer hierarchy", "수준 레벨 단계 계층 층 등급 레이어"),
    ("round turn iteration epoch", "라운드 턴 반복 에포크"),
    (
        "benchmark dataset set subset corpus suite testbed test",
        "벤치마크 데이터셋 데이터세트 세트 셋 말뭉치 코퍼스 테스트",
    ),
    ("task subtask game track", "작업 과제 태스크 하위작업 게임 문제 트랙"),
    (
        "challenge problem issue limitation bottleneck difficulty shortcoming gap barrier",
        "도전 도전과제 과제 문제 문제점 한계 한계점 병목 어려움 난제",
    ),
    (
        "model llm vlm mllm lrm lmm network system backbone baseline architecture encoder",
        "모델 네트워크 신경망 시스템 백본 기준선 베이스라인 아키텍처 구조 인코더",
    ),
    (
        "agent role expert judge player robot speaker",
        "에이전트 역할 전문가 심판 평가자 플레이어 로봇 화자",
    ),
    (
        "component module element part branch block pathway stream unit adapter",
        "구성요소 요소 모듈 부분 컴포넌트 브랜치 분기 블록 경로 어댑터",
    ),
    ("pillar axis", "축 기둥 핵심축"),
    (
        "dimension aspect axis perspective view criterion facet angle",
        "차원 측면 축 관점 시각 기준 각도 시점",
    ),
    ("metric measure criterion indicator score", "지표 메트릭 척도 기준 점수"),
    (
        "category type class kind group family variety",
        "범주 카테고리 유형 종류 클래스 분류 그룹 계열 타입",
    ),
    ("variant version form configuration", "변형 버전 형태 구성 변종"),
    ("domain field area discipline topic theme subject sector", "도메인 분야 영역 주제 학문 과목"),
    (
        "method technique approach strategy algorithm mechanism paradigm scheme framework pipeline",
        "방법 방법론 방식 기법 기술 접근법 전략 알고리즘 메커니즘 패러다임 프레임워크 파이프라인",
    ),
    (
        "method approach way idea mode regime scheme strategy paradigm",
        "방법 방식 접근법 접근 아이디어 모드 전략 패러다임",
    ),
    (
        "innovation contribution advance advancement idea improvement enhancement upgrade design",
        "혁신 기여 발전 진전 아이디어 개선 개선점 업그레이드 설계 디자인",
    ),
    (
        "finding insight observation conclusion lesson phenomenon",
        "발견 통찰 통찰력 인사이트 관찰 결론 교훈 현상",
    ),
    ("question query", "질문 문제 문항 질의"),
    ("language dialect", "언어 방언"),
    ("modality mode format", "모달리티 양식 모드 형식 모달"),
    (
        "property characteristic feature attribute factor condition constraint",
        "속성 특성 특징 성질 요인 요소 조건 제약 인자",
    ),
    ("principle rule guideline", "원칙 원리 규칙 지침"),
    ("capability ability skill competency function", "능력 역량 기능 기술"),
    (
        "scenario setting environment case situation condition application",
        "시나리오 설정 환경 사례 상황 조건 응용 애플리케이션 경우",
    ),
    ("objective goal target aim loss", "목표 목적 타겟 타깃 손실"),
    ("reward signal", "보상 신호"),
    ("source resource tool", "소스 출처 자원 도구"),
    ("direction", "방향"),
    ("pattern trend", "패턴 경향"),
    ("distribution", "분포"),
    ("embedding representation", "임베딩 표현"),
    ("image picture photo", "이미지 사진 그림"),
    ("video clip", "비디오 영상 동영상 클립"),
    ("frame", "프레임"),
    ("sample example instance", "샘플 예시 사례 표본 인스턴스"),
    ("token", "토큰"),
    ("parameter", "파라미터 매개변수"),
    ("gpu", "그래픽카드"),
    ("pair couple triplet triple", "쌍"),
)
"""The words of a kind, in English and in Korean."""
IRREGULAR = {
    "axis": "axes", "criterion": "criteria", "corpus": "corpora", "phenomenon": "phenomena",
}  # fmt: skip
