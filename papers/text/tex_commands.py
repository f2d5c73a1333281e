r"""The TeX commands whose first letter JSON reads as a control: `\b`, `\f`, `\n`, `\r`, `\t`.

A text that went through JSON with single backslashes has lost them: `\theta` is a tab and "heta".
"""

BY_LETTER = {
    "b": """backepsilon backprime backsim backsimeq backslash bar barwedge because begin beta beth
        between bf bfseries big bigcap bigcirc bigcup bigg biggl biggm biggr bigl bigm bigodot
        bigoplus bigotimes bigr bigsqcup bigstar bigtriangledown bigtriangleup biguplus bigvee
        bigwedge binom blacklozenge blacksquare blacktriangle blacktriangledown blacktriangleleft
        blacktriangleright bm bmod boldmath boldsymbol bot bowtie box boxdot boxed boxminus boxplus
        boxtimes bra braket breve buildrel bullet bumpeq""",
    "f": "fallingdotseq fbox fcolorbox flat footnote footnotesize forall frac frown",
    "n": """nLeftarrow nLeftrightarrow nRightarrow nVDash nVdash nabla natural ncong ne nearrow neg
        negmedspace negthickspace negthinspace neq newcommand newline nexists ngeq ngeqq ngeqslant
        ngtr ni nleftarrow nleftrightarrow nleq nleqq nleqslant nless nmid nobreak nolimits
        nonumber norm normalsize not notag notin notni nparallel nprec npreceq nrightarrow
        nshortmid nshortparallel nsim nsubseteq nsubseteqq nsucc nsucceq nsupseteq nsupseteqq
        ntriangleleft ntrianglelefteq ntriangleright ntrianglerighteq nu nvDash nvdash nwarrow""",
    "r": """rVert raggedright raise raisebox rangle rank rbrace rbrack rceil ref relax renewcommand
        rfloor rgroup rhd rho right rightarrow rightarrowtail rightharpoondown rightharpoonup
        rightleftarrows rightleftharpoons rightrightarrows rightsquigarrow rightthreetimes
        risingdotseq rlap rm rmoustache root rtimes rule rvert""",
    "t": """tag tan tanh tau tbinom text textbf textcolor textit textmd textnormal textrm textsc
        textsf textstyle textsubscript textsuperscript texttt textup tfrac th therefore theta
        thickapprox thicksim thickspace thinspace tilde times tiny to top tr trace triangle
        triangledown triangleleft trianglelefteq triangleq triangleright trianglerighteq tt
        ttfamily twoheadleftarrow twoheadrightarrow""",
}
COMMANDS = frozenset(name for names in BY_LETTER.values() for name in names.split())

WITH_ARGUMENT = frozenset(
    {
        *("bar", "begin", "binom", "bm", "boldsymbol", "boxed", "breve", "fbox", "footnote"),
        *("frac", "norm", "raisebox", "ref", "tag", "tbinom", "text", "textbf", "textcolor"),
        *("textit", "textmd", "textnormal", "textrm", "textsc", "textsf", "textsubscript"),
        *("textsuperscript", "texttt", "textup", "tfrac", "tilde"),
    }
)
"""Those that stand before a "{"."""

# What is left of these is a word that may begin a line.
_WORDS_LEFT = frozenset(
    {"ne", "neg", "ni", "nless", "nmid", "nexists", "nparallel", "nright", "nobreak"}
)
ANYWHERE = COMMANDS - _WORDS_LEFT
"""Those that nobody means as a control and a word, in prose either."""
