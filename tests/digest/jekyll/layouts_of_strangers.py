"""Digests as strangers write them, each in a layout of its own, with two or three papers.

The texts are ours. Each stands for a kind of layout.
"""

LEVEL_TWO = """매일 고른 논문.

## 1. A Tool for Things

[Read the paper](https://huggingface.co/papers/2507.00001)

첫 문장.

## 2. Another Tool

[Read the paper](https://huggingface.co/papers/2507.00002)

둘째 문장.
"""

BOLD_LINES = """안녕하세요.

**1. [A Tool for Things](https://arxiv.org/abs/2507.00001v2)** (👍 12)

**방법:** 이렇게 했다.
둘째 줄.

**결과:** 좋았다.

---

**2. [Another Tool](https://arxiv.org/pdf/2507.00002.pdf)** (👍 7)

**방법:** 다르게 했다.

---

읽어 주셔서 감사합니다.
"""

BULLETS = """# Weekly reading

- [A Tool for Things](https://arxiv.org/abs/2507.00001) — a nice summary.
- [Another Tool](https://ar5iv.labs.arxiv.org/html/2507.00002) — a second one.

See you next week.
"""

PARENTHESES = """Intro.

1) **A Tool for Things** (arXiv:2507.00001)
   A summary of it, one paragraph
   over two lines.

2) **Another Tool** (arXiv:2507.00002)
   A second summary.

   Another paragraph.
"""

GROUPS = """# Daily 2025-07-01

## 📊 NLP

### [A Tool for Things](https://arxiv.org/abs/2507.00001)
- Institution: KAIST
- 👍 12
- 초록: 이것은 초록이다.

#### 🔍 방법
방법이다.

### [Another Tool](https://arxiv.org/abs/2507.00002)
- Institution: SNU
- 👍 3
- 초록: 둘째 초록.

## Vision

### [Third Tool](https://doi.org/10.48550/arXiv.2507.00003)
- Institution: MIT
- 👍 5
- 초록: 셋째.
"""

TABLE = """오늘의 표.

| # | Title | 기관 | 👍 |
|---|---|---|---|
| 1 | [A Tool for Things](https://arxiv.org/abs/2507.00001) | KAIST | 12 |
| 2 | [Another Tool](https://arxiv.org/abs/2507.00002) | SNU | 7 |
"""

RELATED_WORK = """# Daily

## A Tool for Things

**Authors:** A. Kim
**Institution:** KAIST
**Links:** [arXiv](https://arxiv.org/abs/2507.00001) | [Code](https://example.org/x)

### 1. 제안 방법 (Proposed Method)
[관련](https://arxiv.org/abs/2401.00009) 연구를 따른다.

### Related work
- [Prior](https://arxiv.org/abs/2401.00001)
- [Other prior](https://arxiv.org/abs/2401.00002)

## Another Tool for Them

**Authors:** C. Park
**Institution:** SNU
**Links:** [arXiv](https://arxiv.org/abs/2507.00002)

### Results:
둘째.
"""

LABELLED_BULLETS = """## 1. A Tool for Things (arXiv:2507.00001)

- 저자: 김
- 기관: KAIST
- 방법: 이렇게
  계속.
- 결과: 저렇게

## 2. Another Tool (arXiv:2507.00002)

- 저자: 박
- 기관: SNU
- 방법: 둘째
"""

EMOJI = """## 🚀 A Tool for Things
📄 논문: https://arxiv.org/abs/2507.00001
⬆️ Upvotes: 45

핵심은 이것.

## 🔥 Another Tool
📄 논문: https://arxiv.org/abs/2507.00002
⬆️ Upvotes: 4

핵심은 저것.
"""

SAME_LEVEL = """## [A Tool for Things](https://arxiv.org/abs/2507.00001)
메모.
## 방법
방법.
## [Another Tool](https://arxiv.org/abs/2507.00002)
## 방법
또.
"""

MARGIN = """1. **[A Tool for Things](https://arxiv.org/abs/2507.00001)**

설명 문단.

- 점 하나

2. **[Another Tool](https://arxiv.org/abs/2507.00002)**

설명 둘.
"""

TWO_AT_ONCE = """# 1. [A Tool for Things](https://arxiv.org/abs/2507.00001)

## Method
방법.

## 📊 좋아요 순위

1. **Another Tool** - 👍 86
   - 기관: SNU
   - [논문 링크](https://arxiv.org/abs/2507.00002)
   - Abstract: words.
"""

HTML_ITEMS = """Hello there.

<ul>
  <li><a href="https://arxiv.org/abs/2507.00001">A Tool for Things</a>: a nice summary.</li>
  <li><a href="https://arxiv.org/abs/2507.00002">Another Tool</a>: a second one.</li>
</ul>

See you.
"""

HTML_TAGS = """<ol>
<li>
<b>A Tool for Things</b> (<a href="https://arxiv.org/abs/2507.00001">arXiv</a>)
<p>A nice summary.</p>
</li>
<li>
<b>Another Tool</b> (<a href="https://arxiv.org/abs/2507.00002">arXiv</a>)
<p>A second one.</p>
</li>
</ol>
"""

HTML_TOGETHER = """<ul>
<li><a href="https://arxiv.org/abs/2507.00001">A Tool for Things</a> by A<br/>
A nice summary.</li>
<li><a href="https://arxiv.org/abs/2507.00002">Another Tool</a> by B<br/>
A second one.</li>
</ul>
"""

HTML_NESTED = """<ul>
  <li>
    <strong><a href="https://arxiv.org/abs/2507.00001">A Tool for Things</a></strong>
    <ul>
      <li><b>Method:</b> They build it.</li>
      <li><b>Results:</b> It is 3 % better.</li>
    </ul>
  </li>
  <li>
    <strong><a href="https://arxiv.org/abs/2507.00002">Another Tool</a></strong>
    <ul>
      <li><b>Method:</b> They buy it.</li>
      <li><b>Results:</b> It is 4 % better.</li>
    </ul>
  </li>
</ul>
"""

COUNTED_TITLES = """Dear friends,

this week was quiet.

*No. 1* · **[A Tool for Things](https://arxiv.org/pdf/2507.00001v2)** · 12 min

It is a tool. What I liked: all of it.

⁂

*No. 2* · **[Another Tool](https://arxiv.org/pdf/2507.00002)** · 7 min

It is another.

Yours, M.
"""

TITLE_LABELS = """오늘은 두 편.

::: paper
**논문** A Tool for Things
**링크** <https://arxiv.org/abs/2507.00001>
**분류** cs.CL
**방법** 이렇게 했다.
**결과** 좋았다.
:::

::: paper
**논문** Another Tool
**링크** <https://arxiv.org/abs/2507.00002>
**분류** cs.CV
**방법** 다르게 했다.
**결과** 더 좋았다.
:::
"""

OF_SO_MANY = """### (1/2) A Tool for Things [[2507.00001]](https://arxiv.org/abs/2507.00001)

#### 방법
만들었다.

#### 결과
좋다.

### (2/2) Another Tool [[2507.00002]](https://arxiv.org/abs/2507.00002)

#### 방법
또 만들었다.
"""

ASKED = OF_SO_MANY.replace("방법", "무엇을 했나").replace("결과", "얼마나 좋은가")

_one, _two = (f"https://arxiv.org/abs/2507.0000{number}" for number in (1, 2))

LINE_OF_ITEMS = (
    f'<ul><li><a href="{_one}">A Tool for Things</a>: a nice summary.</li>'
    f'<li><a href="{_two}">Another Tool</a>: a second one.</li></ul>\n'
)

LINE_OF_NESTED = (
    f'<ol> <li><b><a href="{_one}">A Tool for Things</a></b><ul>'
    "<li><b>Method:</b> They build it.</li><li><b>Results:</b> It is 3 % better.</li></ul></li>"
    f' <li><b><a href="{_two}">Another Tool</a></b><ul>'
    "<li><b>Method:</b> They buy it.</li><li><b>Results:</b> It is 4 % better.</li></ul></li> </ol>"
    "\n"
)

LINE_OF_PARAGRAPHS = (
    f'<p><b>A Tool for Things</b> (<a href="{_one}">arXiv</a>)</p><p>A nice summary.</p>'
    f'<p><b>Another Tool</b> (<a href="{_two}">arXiv</a>)</p><p>A second one.</p>\n'
)

LINE_OF_ROWS = (
    "<table><thead><tr><th>Paper</th><th>MMLU</th><th>Size</th></tr></thead><tbody>"
    f'<tr><td><a href="{_one}">A Tool for Things</a></td><td>71.2</td><td>7B</td></tr>'
    f'<tr><td><a href="{_two}">Another Tool</a></td><td>65.0</td><td>13B</td></tr>'
    "</tbody></table>\n"
)

LINE_OF_DIVS = (
    f'<div class="p"><h3><a href="{_one}">A Tool for Things</a></h3><p>Nice.</p></div>'
    f'<div class="p"><h3><a href="{_two}">Another Tool</a></h3><p>Second.</p></div>\n'
)

LINE_OF_DETAILS = (
    f'<details><summary>A Tool for Things</summary><p><a href="{_one}">arXiv</a></p>Nice.</details>'
    f'<details><summary>Another Tool</summary><p><a href="{_two}">arXiv</a></p>Second.</details>\n'
)

LINE_OF_TERMS = (
    f'<dl><dt><a href="{_one}">A Tool for Things</a></dt><dd>Nice.</dd>'
    f'<dt><a href="{_two}">Another Tool</a></dt><dd>Second.</dd></dl>\n'
)

LINE_OF_BREAKS = (
    f'<a href="{_one}">A Tool for Things</a>: nice<br>'
    f'<a href="{_two}">Another Tool</a>: second<br>\n'
)

COMPARED = """Figures.

| Model | arXiv ID | MMLU | Size | Open |
|:--|:--|--:|--:|:-:|
| A Tool for Things | 2507.00001 | 71.2 | 7B | ✓ |
| GPT-4 | - | 88.0 | | |
| Another Tool | 2507.00002 | 65.0 | $a\\|b$ | ✗ |
"""

NESTED = f"""오늘의 논문.

- Vision
  - [A Tool for Things]({_one}): 이미지를 나눈다.
    - 빠르다.
  - [Another Tool]({_two}): 더 빠르다.
- NLP
  - [Third Tool](https://arxiv.org/abs/2507.00003): 글을 줄인다.

끝.
"""

NESTED_BOLD = f"""* **🖼 Vision**
    * **A Tool for Things** ([arXiv]({_one}))
        * It segments images.
        * It is fast.
    * **Another Tool** ([arXiv]({_two}))
        * It is faster.
* **Language**
    * **Third Tool** ([arXiv](https://arxiv.org/abs/2507.00003))
        * It shortens texts.
"""

SECTIONS_OF_HTML = f"""<section><h2>A Tool for Things</h2>
<p><a href="{_one}">arXiv</a></p>
<p>It segments images.</p>
</section>
<section><h2>Another Tool</h2>
<p><a href="{_two}">arXiv</a></p>
<p>It shortens.</p>
</section>
"""

GROUPS_OF_HTML = f"""<section><h2>Vision</h2>
<p><a href="{_one}">A Tool for Things</a>: It segments images.</p>
<p><a href="{_two}">Another Tool</a>: It is faster.</p>
</section>
<section><h2>Language</h2>
<p><a href="https://arxiv.org/abs/2507.00003">Third Tool</a>: It shortens.</p>
</section>
"""

LONG_ROWS = f"""Intro.

<table>
<tr>
<th>Paper</th><th>Figure</th><th>Links</th>
</tr>
<tr>
  <td>A Tool for Things</td>
  <td><img src="/one.png"></td>
  <td>
    <a href="{_one}">arXiv</a>
    <a href="https://github.com/x/y">code</a>
  </td>
</tr>
<tr>
  <td>Another Tool</td>
  <td><img src="/two.png"></td>
  <td>
    <a href="{_two}">arXiv</a>
  </td>
</tr>
</table>

Bye.
"""

ROWS_WITH_FIGURES = f"""<table>
  <tr>
    <td width="30%"><img src="/one.png" alt="teaser"></td>
    <td>
      <a href="{_one}"><b>A Tool for Things</b></a><br>
      It segments images.<br>
      [<a href="{_one}">pdf</a>] [<a href="https://github.com/x">code</a>]
    </td>
  </tr>
  <tr>
    <td width="30%"><img src="/two.png" alt="teaser"></td>
    <td>
      <a href="{_two}"><b>Another Tool</b></a><br>
      It is faster.
    </td>
  </tr>
</table>
"""

SHORTCODES = """{{< toc >}}

Two papers.

## 1. A Tool for Things {#tool}

{{< paper arxiv="2507.00001" >}}

### Method

They add a head.

{{< figure src="/fig.png" caption="Overview" >}}

## 2. Another Tool {#another}

{{< paper arxiv="2507.00002" >}}

### Method

They cut layers.
"""

COMPONENTS = """import { Paper } from '@/components'

Intro words.

<Paper title="A Tool for Things" arxiv="2507.00001">
It segments images.

**Method**: a head.
</Paper>

<Paper title="Another Tool" arxiv="2507.00002">
It is faster.
</Paper>
"""

ADMONITIONS = f"""!!! abstract "A Tool for Things"
    [arXiv]({_one})

    It segments images.

!!! abstract "Another Tool"
    [arXiv]({_two})

    It is faster.
"""

FENCED_DIVS = f""":::tip[A Tool for Things]

[arXiv]({_one})

It segments images.

:::

:::tip[Another Tool]

[arXiv]({_two})

It is faster.

:::
"""

BOLD_BEHIND_EMOJI = """🔥 **A Tool for Things**
hf.co/papers/2507.00001
It segments images.

🔥 **Another Tool**
hf.co/papers/2507.00002
It is faster.
"""

BOLD_OF_HTML = f"""## Monday

### cs.CV

<b>A Tool for Things</b> | <a href="{_one}">2507.00001</a>
<br>Kim, Lee
<details><summary>Abstract</summary>It segments images.</details>

<b>Another Tool</b> | <a href="{_two}">2507.00002</a>
<br>Park
<details><summary>Abstract</summary>It is faster.</details>

### cs.CL

<b>Third Tool</b> | <a href="https://arxiv.org/abs/2507.00003">2507.00003</a>
<br>Choi
<details><summary>Abstract</summary>It shortens.</details>
"""

STARRED_LIST = f"""## Vision
* [2507.00001] **A Tool for Things** - *A. Kim, B. Lee* [[paper]({_one})] [[code](https://x.y/z)]
* [2507.00002] **Another Tool** - *C. Park* [[paper]({_two})]
  > It is faster.

## License
MIT
"""

LINKED_SUMMARIES = f"""<details open>
<summary>1. <a href="{_one}">A Tool for Things</a> (⭐ 12)</summary>

**Problem.** Slow.

**Approach.** A head.

</details>

<details>
<summary>2. <a href="{_two}">Another Tool</a> (⭐ 3)</summary>

**Problem.** Slow still.

</details>
"""

BULLETS_OF_SECTIONS = f"""# 2025-07-08

- **A Tool for Things**

    [{_one}]({_one})

    - 요약
        - 이미지를 나눈다.
        - 빠르다.
    - 방법
        - 헤드를 더한다.
- **Another Tool**

    [{_two}]({_two})

    - 요약
        - 더 빠르다.
    - 방법
        - 층을 줄인다.
"""

Dotted_numbers = f"""## 1. Top papers

### 1.1 A Tool for Things

- **Link**: <{_one}>

#### 1.1.1 Method

A head.

### 1.2 Another Tool

- **Link**: <{_two}>

#### 1.2.1 Method

Fewer layers.

## 2. Also seen

- Third Tool (https://arxiv.org/abs/2507.00003)
"""

NAMES_BELOW_HEADINGS = f"""## A Tool for Things

**Kim, Lee** ([arXiv]({_one}))

<details>
<summary>Abstract</summary>

It segments images.

</details>

### 리뷰
좋다.

## Another Tool

**Park** ([arXiv]({_two}))

### 리뷰
나쁘지 않다.
"""

PARAGRAPHS = f"""Hello,

Paper: A Tool for Things
Link: {_one}
Summary: It segments images.

Paper: Another Tool
Link: {_two}
Summary: It is faster.

Regards
"""

CHECKBOXES = f"""- [ ] [A Tool for Things]({_one}) ⭐⭐⭐
- [x] [Another Tool]({_two}) ⭐
  - It is faster.
"""

FOOTNOTES = f"""- A Tool for Things[^1]: it segments images, and does so in a very short time.
- Another Tool[^2]: it is faster.

[^1]: {_one}
[^2]: {_two}
"""

SPACED_CARDS = f"""***

A Tool for Things

Kim, Lee
{_one}

It segments images.

***

Another Tool

Park
{_two}

It is faster.

***
"""

QUOTED_HEADINGS = f"""> ### A Tool for Things
> *Kim, Lee* · [arXiv]({_one})
>
> It segments images.

> ### Another Tool
> *Park* · [arXiv]({_two})
>
> It is faster.
"""

COMMENTED = """## A Tool for Things
<!-- arxiv: 2507.00001 -->

It segments images.

## Another Tool
<!-- arxiv: 2507.00002 -->

It is faster.
"""

TABS = ADMONITIONS.replace("!!! abstract", "===")

ASIDES = f"""<aside>
💡 **A Tool for Things**

[{_one}]({_one})

이미지를 나눈다.

</aside>

<aside>
💡 **Another Tool**

[{_two}]({_two})

더 빠르다.

</aside>
"""

PICTURED_CARDS = f"""Hello.

<div class="card">
<img src="/1.png">
<h3><a href="{_one}">A Tool for Things</a></h3>
<p>It segments images.</p>
</div>
<div class="card">
<img src="/2.png">
<h3><a href="{_two}">Another Tool</a></h3>
<p>It is faster.</p>
</div>
"""

INDENTED_HTML = f"""<div class="digest">
  <div class="paper" id="p1">
    <h2>1. A Tool for Things</h2>
    <p class="meta"><span>Kim, Lee</span> &middot; <a href="{_one}">arXiv:2507.00001</a></p>
    <h3>Introduction</h3>
    <p>It segments images.</p>
    <h3>Method</h3>
    <ul>
      <li>A head.</li>
      <li>A loss.</li>
    </ul>
  </div>
  <div class="paper" id="p2">
    <h2>2. Another Tool</h2>
    <p class="meta"><span>Park</span> &middot; <a href="{_two}">arXiv:2507.00002</a></p>
    <h3>Introduction</h3>
    <p>It is faster.</p>
  </div>
</div>
"""

KEYCAPS = f"""오늘의 논문

1️⃣ **[A Tool for Things]({_one})**
- 이미지를 나눈다
- KAIST

2️⃣ **[Another Tool]({_two})**
- 더 빠르다

3️⃣ [Third Tool](https://arxiv.org/abs/2507.00003)
- 짧다
"""

PARAGRAPHS_IN_ITEMS = f"""<ol start="1">
  <li>
    <p><strong>A Tool for Things</strong> (<a href="{_one}">arXiv</a>)</p>
    <p>It segments images.</p>
  </li>
  <li>
    <p><strong>Another Tool</strong> (<a href="{_two}">arXiv</a>)</p>
    <p>It is faster.</p>
  </li>
</ol>
"""

BLANKS_OF_HTML = f"""&nbsp;

#### A Tool for Things

[{_one}]({_one})

&nbsp;

이미지를 나눈다.

&nbsp;

---

&nbsp;

#### Another Tool

[{_two}]({_two})

&nbsp;

더 빠르다.
"""

ALL = {name: text for name, text in list(globals().items()) if name.isupper()}

ID_IN_TEXT = {
    name: ALL.pop(name)
    for name in (
        *("NAMES_BELOW_HEADINGS", "FOOTNOTES", "SPACED_CARDS", "QUOTED_HEADINGS"),
        "INDENTED_HTML",
    )
}
"""Layouts whose link to a paper is part of its text, so that a paper without a text has none."""
