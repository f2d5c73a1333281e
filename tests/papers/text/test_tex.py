"""TeX of running text becomes what it prints; formulas, money, addresses and words stay."""

import gzip
import json
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from papers.checks.numbers.lists import quantities
from papers.checks.numbers.normalise import normalise
from papers.sources import huggingface
from papers.text.conversion import for_feeds, plain
from papers.text.rendering import render_inline, render_text
from papers.text.tex import decode
from tests.growth import is_linear
from tests.html import text_of


@pytest.mark.parametrize(
    ("tex", "printed"),
    [
        (
            r"Fr\'echet, Pok\'eChamp, LL\"aMmlein, \`a, Ma\'nczak",
            "Fréchet, PokéChamp, LLäMmlein, à, Mańczak",
        ),
        (
            r"{\L}ukasz, \L{}ukasz, \v{S}koda, \c{c}a, {\"o}, \'{\i}",
            "Łukasz, Łukasz, Škoda, ça, ö, í",
        ),
        (r"\textbf{C}ausal \emph{1.46} \texttt{x} \underline{y}", "Causal 1.46 x y"),
        (r"{\em entropy collapse} in {\it torch.matmul}", "entropy collapse in torch.matmul"),
        (r"\textbf{a \emph{b}} c", "a b c"),
        (r"360{\deg} of {\Theta}(40K), 3.6\times, 64.0 \pm 25", "360° of Θ(40K), 3.6×, 64.0 ± 25"),
        (r"\method, \ours{} and \method-1", "method, ours and method-1"),
        (r"\unknown{two words} x", "two words x"),
        (r"\url{https://a.example/b_c}", "https://a.example/b_c"),
        (r"\href{https://a.example}{this}", "this (https://a.example)"),
        (r"it\footnote{https://a.example/.} is", "it (https://a.example/.) is"),
        (r"Prefill \& Decode, 43\%, a\_b, \#1", "Prefill & Decode, 43%, a_b, #1"),
        (r"MC\textsuperscript{2}, H\textsubscript{2}O", "MC², H₂O"),
        (r"A \textrightarrow B \textgreater 96\%", "A → B > 96%"),
        (r"introduce~\name~here, \eg, e.g.\ x", "introduce name here, e.g., e.g. x"),
        ("``quoted'' and `single'", "“quoted” and ‘single’"),
        ("a---b, tasks--ranging, x -- y", "a—b, tasks–ranging, x – y"),
        ("{K}orean NL{P}", "Korean NLP"),
        (r"300\,k entries, a\,b", "300k entries, a b"),
        (r"\1 million", "1 million"),
        (r"\textcolor{red}{x} y", "x y"),
        ("CoRe^2 needs 10^{26} of O(n^4), AP^b, x_{12}", "CoRe² needs 10²⁶ of O(n⁴), APᵇ, x₁₂"),
        ("360^{circ} 360^circ eta^{ast}", "360° 360° eta*"),
        ("10^12 2^32 and 2^64 x^10", "10¹² 2³² and 2⁶⁴ x¹⁰"),
        (
            r"MLLM\'s don\'t O\'Brien \"Why Should I?\" \"Uber",
            "MLLM's don't O'Brien \"Why Should I?\" Über",
        ),
        (r"\v Cech Fran\c cois Erd\H os Erdo\u gan", "Čech François Erdős Erdoğan"),
        (r"Kurdyka-\L ojasiewicz Bj\o rn Stra\ss e", "Kurdyka-Łojasiewicz Bjørn Straße"),
        (r"100\,000 and 99.1\textpm0.3", "100000 and 99.1±0.3"),
        ("Fig.~a p~N(0,1) Q1~Q4", "Fig. a p~N(0,1) Q1~Q4"),
        (r"\includegraphics[width=0.02\textwidth]{fig/logo.png}~Owl \includegraphics{b}", "Owl "),
        (r"\raisebox{-2pt}[0pt][0pt]{\includegraphics[height=1em]{a.png}}Owl", "Owl"),
        (r"\raisebox{-0.2ex}{a} \raisebox{0pt}[1ex]{b} \raise0.2ex\hbox{c}", "a b c"),
        (r"\scalebox{0.8}[0.9]{a} \resizebox{\linewidth}{!}{b} \rotatebox[x=1]{90}{c}", "a b c"),
        (r"\makebox[1em][l]{a} \parbox{3cm}{b} \fcolorbox{red}{blue}{c} \mbox{d}", "a b c d"),
        (r"\color{red}a {\color[HTML]{FF0000} b} \textcolor[rgb]{1,0,0}{c}", "a b c"),
        (r"\resizebox{1em}{!}{\textcolor{red}{\textbf{\emph{\mbox{a}}}}}", "a"),
        (r"\texorpdfstring{$\alpha$}{alpha}-Bench \texorpdfstring{\textbf{A}}{A}", "alpha-Bench A"),
        (r"\texorpdfstring{\textbf{A}}{}", "A"),
        (r"{\em a \textbf{b}} {\bf c {\it d} \textsc{e}} f", "a b c d e f"),
        (r"a\hspace{1em}b a\hspace*{-0.1em}b a\kern-0.1em b a\kern.5pt b", "a b ab ab ab"),
        (r"a\vspace{2mm} b\hphantom{x}c\rule{1em}{2pt}", "a bc"),
        (r"a\newline b\\[2pt]c\\ d", "a b c  d"),
        (r"\protect\textbf{a} \model\xspace is \scriptsize b", "a model is b"),
        (
            r"\ensuremath{x_i^2} \ensuremath{$\alpha$} \frac{1}{2}",
            r"$x_i^2$ $\alpha$ $\frac{1}{2}$",
        ),
        (r"\sqrt[3]{8}", r"$\sqrt[3]{8}$"),
        (r"\citep[see][]{foo} \textls[20]{a}\textsuperscript{$\dagger$}", r"foo a$^{\dagger}$"),
        (r"\begin{itemize}\item a \item b\end{itemize}", "• a • b"),
        (r"\verb|a_b| \footnotemark[1]", "a_b "),
        (r"\textdollar5, \textdollar{}6 and \textdollar 7M", r"\$5, \$6 and \$7M"),
        (r"\textsterling5 \texteuro{}5", "£5 €5"),
        (r"{\textbf{Foo}}Bar {\textsc{A} b} {\v{S}}", "FooBar A b Š"),
        (
            r"Nguy\~{\^e}n Nguy{\~\^e}n Vi\d{\^e}t Tr{\uhorn}\ohorn ng h\h{a} {\DJ}inh",
            "Nguyễn Nguyễn Việt Trương hả Đinh",
        ),
        ("``nested `inner' quote'' `a' ``b''", "“nested ‘inner’ quote” ‘a’ “b”"),
        (r"$3$--$5\times$, $3$--5, 3--5$\times$", r"$3$–$5\times$, $3$–5, 3–5$\times$"),
        (r"a\textbackslash b, 5\thinspace{}ms", "a b, 5 ms"),
        (r"\begin{abstract}a\end{abstract} \begin{theorem}[x]b", "a b"),
        (r"\begin{description}\item[Foo] a\end{description}", "Foo a"),
        (
            r"\begin{align*}a&=b\end{align*} \begin{pmatrix}1\end{pmatrix}",
            r"$$\begin{align*}a&=b\end{align*}$$ $$\begin{pmatrix}1\end{pmatrix}$$",
        ),
        (r"\[ E=mc^2 \] as in \[1, 2\] or \[a\]", r"\[ E=mc^2 \] as in [1, 2] or [a]"),
        (r"$ \alpha_i $ costs $ 5 or $ 6", r"$\alpha_i$ costs $ 5 or $ 6"),
        (
            "x_{i+1}^{2} π_{0.5} pi_{RL} T^{-1/3} R^{d times d} (1+b)^{-N/2}",
            r"xᵢ₊₁² π₀.₅ pi$_{RL}$ T$^{-1/3}$ R$^{d\times d}$ (1+b)$^{-N/2}$",
        ),
    ],
)
def test_a_command_is_what_it_prints(tex, printed):
    assert decode(tex) == printed


@pytest.mark.parametrize(
    "text",
    [
        r"$\text{Transformer}^2$ and \(x\_1\)",
        r"costs \$500, and \$3 more",
        "costs $500 and $20",
        "43.3% of all % of x",
        "http://host.example/~user ~70K 3~5 월~금",
        'a --flag, it\'s `code` and {"a": 1}, {1, 2}, {Webpage}',
        "https://a.example/cass{blue{Face}}",
        "x_1 a_b ^RFLAV a^q x^{a;q} ^{ab} C:\\",
        "O(n^1.5) n^2.37 2^nd R^textbf",
        "https://foo.example/a--b/c~d https://a.example/x^2 www.a.example/?q={X}abc",
        r"at $z\sim$0.66 with $\sim$10, 100$\pm$5 and 3$\times$3",
    ],
)
def test_what_is_no_tex_of_running_text_stays(text):
    assert decode(text) == text.removesuffix("\\")


@example("`-`1''")
@given(st.text(alphabet=st.sampled_from(list("ab{}\\'\"$~-`^_ %&,éㄱ1")), max_size=60))
def test_nothing_raises_and_a_second_time_changes_nothing_more(text):
    assert decode(decode(text)) == decode(text)


def test_money_stays_money_on_the_page():
    text = decode(r"costs \textdollar5 and \textdollar6")
    assert plain(render_inline(text)) == plain(render_text(text)) == "costs $5 and $6"


@pytest.mark.parametrize("part", ["\\resizebox{a}{", "\\color[", "{\\color{a} ", "{\\em", " "])
def test_no_layout_takes_long(part):
    assert is_linear(decode, lambda size: "{\\em" + part * (size // len(part)), 5_000)


@pytest.mark.parametrize("part", ["\\", "{", "\\a{", "{\\em ", "`", "$", "\\'", "\\textbf{"])
def test_no_text_takes_long(part):
    assert is_linear(decode, lambda size: part * (size // len(part)), 5_000)


DAYS_APART = 3  # All 260 days take two minutes. They were read once, without a difference.


def values(text: str) -> Counter:
    return Counter(each.value for each in quantities(normalise(text).text))


@pytest.mark.slow
@pytest.mark.corpus
def test_the_numbers_of_a_recorded_year_are_the_same_in_every_form(corpus):
    seen = set()
    for file in sorted((corpus / "hf_daily").glob("*.json.gz"))[::DAYS_APART]:
        for paper in huggingface.parse(json.loads(gzip.decompress(file.read_bytes()))).papers:
            if paper.arxiv_id in seen:
                continue
            seen.add(paper.arxiv_id)
            for text, render in ((paper.raw_title, render_inline), (paper.abstract, render_text)):
                html = render(decode(text))
                forms = [decode(text), plain(html), text_of(for_feeds(html))]
                assert [values(form) for form in forms] == [values(text)] * 3, paper.arxiv_id
                assert "\\" not in plain(html)
    assert len(seen) > 5_531 // DAYS_APART * 0.9
