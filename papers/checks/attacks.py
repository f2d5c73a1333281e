"""Phrases that address a model. They were found in papers, pages and mails, in several languages.

They are matched against lower-case text. A blank in a pattern matches any white space, and " ?"
matches white space or none.
"""

from __future__ import annotations

import re

_AI = r"""(?:ai|a\.i\.|llms?|(?:large )?language models?|chatbots?|chatgpt|gpt-?\d?|claude|gemini
    |copilot|(?:ai |virtual )?assistants?|(?:ai |automated )?(?:reviewers?|agents?))"""
_RULES = r"""(?:instructions?|prompts?|directions|directives|guidelines|rules|context|messages?
    |commands?|orders|text|policies|constraints|training|programming)"""
_BAD = r"""(?:negatives?|negative (?:aspects?|points?|comments?)|weakness(?:es)?|limitations?
    |flaws?|criticisms?|shortcomings?|drawbacks?|downsides|faults|problems)"""
_VERDICT = r"""(?:reviews?|ratings?|scores?|assessments?|evaluations?|recommendations?|feedback
    |comments?|summary|summaries)"""
_WORK = "(?:this|the|our) (?:paper|submission|manuscript|work|article|abstract|text|document)"

_ORDERS = {
    "override": rf"""
        (?:ignore|disregard|forget|override|bypass|discard|(?:do not|don't) (?:follow|obey))
        \s(?:(?:all|any|the|your|my|these|those|every|of) ){{0,3}}
        (?:(?:previous|prior|above|earlier|preceding|foregoing|initial|original|existing|other
            |system|safety|past)(?: and \w{{1,12}})? ){{1,2}}{_RULES}
        |(?:ignore|disregard|forget) (?:(?:all|any|the|these|of) ){{0,3}}{_RULES}
        (?: \w{{1,12}}){{0,2}} (?:above|before|so far)
        |(?:ignore|disregard|forget) (?:everything|anything|all)
        (?: (?:of|that|this|text|what|the|is|was|you|been|has|were)){{0,4}}
        \s(?:above|before|previously|so far|said|told|up to)
        |(?:ignore|disregard|forget|override) (?:all )?(?:of )?your (?:\w{{1,15}} )?{_RULES}
        |(?:reveal|print|repeat|show|output|leak|disclose) (?:me )?(?:all )?(?:of )?your
        \s(?:\w{{1,15}} )?(?:system prompt|instructions|prompt|api keys?|secrets?|credentials)
        |(?:respond|reply|answer|output) (?:only|exactly) (?:with )?(?:the )?
        (?:word|phrase|text|sentence|following|["'“])""",
    "role": rf"""
        (?:you are|you're|act|behave|respond|pretend to be|pretend you are)
        \s(?:(?:now|no longer|as) ){{0,2}}(?:(?:an?|the) )?(?:\w{{1,15}} ){{0,2}}(?:{_AI}|dan)\b
        |as an? (?:\w{{1,12}} )?{_AI} ?, ?(?:you|your|please|do|never|always)\b
        |if (?:you|the reader|the reviewer) (?:are|is) (?:an? )?(?:\w{{1,12}} )?{_AI}\b
        |(?:dear|hey|hello|hi|for|to
            |(?:attention|note|message|instructions?|notice|important)(?: to| for)?)
        [:,]? (?:(?:all|any|the) )?{_AI}(?: \w{{1,12}}){{0,2}} ?[:!,]
         ?(?:you|please|do|ignore|give|write|rate|always|never|accept|recommend)\b
        |{_AI} ?[:!] (?:you|please|do not|ignore|give|always|never|accept|recommend)\b""",
    "review": rf"""
        (?:give|write|provide|output|produce|generate|return|submit|assign|leave)
        \s(?:(?:{_WORK}|us|me|it|only|an?) ){{0,3}}
        (?:(?:very|highly|strongly|extremely|purely) )?
        (?:positive|favou?rable|glowing|excellent|outstanding|enthusiastic|perfect|maximum
            |the highest|high)
        \s(?:\w{{1,15}} )?{_VERDICT}
        |(?:(?:do not|don't|never) (?:highlight|mention|report|discuss|include|list|output|raise
            |point out|state|criticize|describe)
            |avoid (?:highlighting|mentioning|reporting|listing))
        \s(?:(?:on|any|its|the|our|this|of|paper's) ){{0,3}}(?:\w{{1,12}} )?{_BAD}\b
        |(?:recommend|vote|suggest) (?:(?:an?|to|for|strong|clear) ){{0,3}}accept(?:ance|ing)?\b
        |(?:accept|praise|endorse|(?:strongly |highly )?recommend) {_WORK}
        |(?:rate|score|grade|evaluate|review|assess) {_WORK} (?:(?:very|only) )?
        (?:highly|positively|favou?rably|as|with|at|10)\b
        |(?:emphasi[sz]e|highlight|mention|report|state|focus on)
        \s(?:only (?:(?:the|its) )?(?:\w{{1,12}} )?|(?:the|its) exceptional )
        (?:strengths?|positives?|positive \w{{1,12}}|contributions?|novelty)
        |when (?:you )?(?:summari[sz](?:e|ing)|review(?:ing)?|evaluat(?:e|ing)
            |translat(?:e|ing)|process(?:ing)?|read(?:ing)?)
        \s{_WORK} ?, (?:you|please|do|always|never|say|state|write|include|add|claim|only
            |ignore)\b""",
}

_ANYWHERE = {
    "prompt_format": r"""
        <\|(?:im_start|im_end|im_sep|system|user|assistant|endoftext|startoftext|endofprompt
            |begin_of_text|start_header_id|end_header_id|eot_id)\|>
        |<(?:start|end)_of_turn>|\[/?inst\]|<</?sys>>
        |</?(?:system|system_prompt|instructions?|assistant|admin|user_query)>
        |(?:\A|\n)\s{0,3}#{2,6}\s{0,3}(?:new )?
        (?:system|instructions?|human|assistant|user|response)(?: prompt| message)?
        \s{0,3}(?::|\n|\Z)
        |(?:\A|\n)\s{0,3}(?:system|assistant|developer)
        (?: (?:prompt|message|override|note|instructions?))?\s?:
        |(?:begin|start of|end of|end) (?:new )?(?:system|admin)
        \s(?:prompt|instructions?|message)
        |(?:system prompt|new instructions?|system override)\s?:""",
    "korean": r"""
        (?:이전|위|앞|앞선|기존|지금까지|상기|모든)(?:의|에서|에)?
         ?(?:(?:모든|내린|주어진|받은) )?(?:지시|명령|지침|프롬프트|규칙)(?:사항|문|들)?
        (?:을|를|은|는)? ?(?:(?:모두|전부|다|절대) )?
        (?:무시(?:하(?:세요|십시오|라|고|시오|여)|해|할 것)|잊(?:어|으)|따르지 (?:마|말))
        |긍정적(?:으로만|인 (?:면|점|내용|평가|리뷰|심사평|의견)만)을?
         ?(?:평가|리뷰|심사|서술|언급|요약|작성|쓰|써|하|해|남|제시|출력)
        |(?:반드시|무조건|오직) 긍정적(?:으로|인) (?:평가|리뷰|심사|의견)
        |(?:단점|약점|한계점?|결점|문제점|부정적인?(?: (?:내용|점|면|측면|평가|의견))?)
        (?:은|는|을|를|도|에 대해서는)? ?(?:(?:절대|전혀) )?
        (?:언급|지적|서술|작성|기술|포함|쓰|드러내|말)(?:하)?지 (?:마|말)
        |(?<![가-힣])(?:당신|너|귀하)(?:은|는) (?:(?:이제|지금부터|더 이상) )?
        (?:[가-힣]{1,10} ){0,2}
        (?:ai|인공지능|언어 ?모델|챗봇|어시스턴트|llm|심사위원|리뷰어)
        |이 (?:글|논문)을 (?:읽는|심사하는|요약하는)
        \s(?:ai|인공지능|언어 ?모델|llm|모델|심사위원)
        |이 논문(?:을|에) (?:높은 점수|최고점|채택|승인)(?:를|을)? ?(?:주|부여|추천|권고)?하?
        (?:세요|십시오|라|어라)
        |시스템 ?(?:프롬프트|지시)\s?:""",
    "chinese_or_japanese": r"""
        (?:忽略|无视|無視|忘记)(?:掉|所有|之前|以上|先前|上述|前面|此前|一切|的){1,5}
        (?:指令|指示|提示|规则|規則|命令)
        |(?:只|仅|请)(?:给出|给予|提供|写)(?:正面|积极)(?:的)?(?:评价|评审|审稿意见|意见)
        |(?:以前|上記|これまで|前)の(?:すべての|全ての)?(?:指示|命令|プロンプト)を
        (?:すべて|全て)?(?:無視し|忘れ)""",
}


def _compiled(pattern: str) -> re.Pattern[str]:
    pattern = re.sub(r"\n(?: {4})*", "", pattern)
    return re.compile(pattern.replace(" ?", r"\s{0,9}").replace(" ", r"\s{1,9}"))


ORDERS = {code: _compiled(pattern) for code, pattern in _ORDERS.items()}
"""These are attacks where they are orders. Elsewhere they describe one."""

ANYWHERE = {code: _compiled(pattern) for code, pattern in _ANYWHERE.items()}
"""These are attacks wherever they stand."""

ORDER_BEGINS = re.compile(
    r"(?:[.!?:;,\"'“”‘’`(\[{<>|/—–]|\n[\s*>#-]{0,4})\s{0,4}\Z"
    r"|\b(?:please(?: only| always)?|now|just|kindly|simply|instead"
    r"|you (?:must|should|will|shall|need to|have to|are to)(?: (?:now|always|only|also))?)\s\Z"
)
"""The text before an order."""

PRINTED_PROMPTS = frozenset({"role", "prompt_format"})
"""How the prompts of an experiment begin. Papers on language models print such prompts."""
