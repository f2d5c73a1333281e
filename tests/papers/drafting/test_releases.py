import pytest

from papers.drafting.extract.releases import is_release


@pytest.mark.parametrize(
    "sentence",
    [
        "Code is available at https://github.com/a/b.",
        "(Code: https://github.com/a/b)",
        "Project page: https://a.github.io/b",
        "https://a.github.io/b",
        "More details are at a.github.io/b.",
        "Our code and models will be made publicly available.",
        "The benchmark, its prompts and all logs are fully open-sourced.",
        "We release our code and models to ease further research.",
        "To foster research, we will open-source all models, code and data.",
        "Finally, we make our data publicly available.",
        "We release LongCat and LongCat-mini under the MIT licence.",
        "We plan to release the weights.",
        "Inference code and trained models are released.",
        "More importantly, we release the complete pipeline.",
        "You can find the code at https://github.com/a/b.",
        "All code is on GitHub.",
        "Dataset and code can be found at our GitHub.",
        "The dataset can be downloaded from Hugging Face.",
        "Videos can be found here.",
        "The data are public.",
        "The code is made available to the research community.",
        "All models are publicly available to support research.",
    ],
)
def test_where_the_code_is_to_be_had_is_a_release_notice(sentence):
    assert is_release(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "We release a benchmark of 5,000 tasks.",
        "We release 5,000 tasks that people wrote.",
        "We release LongCat, a benchmark of 5,000 tasks.",
        "We release LongCat (https://a.github.io/b), the first benchmark of long videos.",
        "We introduce LongCat (https://a.github.io/b), which keeps a memory.",
        "We release the code, and it achieves 97% on VBench.",
        "LongCat outperforms all open models (https://a.github.io/b).",
        "It outperforms the models that are publicly available.",
        "Our memory relies on encoders which are available everywhere.",
        "The memory is public to each layer.",
        "We release pressure by a second memory.",
        "We study how agents fail. Experiments on SWE-bench (https://a.com/) show that they do.",
        "On VBench (https://a.github.io/b), we find that memory matters.",
        "These resources are made available to the agent at test time.",
        "The data are public records of hospitals.",
        "Currently, the models are only available through APIs.",
        "The data is on GitHub issues and on what became of them.",
        "We release Mini-Omni, which hears and speaks at once.",
        "We make use of our recently released memory.",
    ],
)
def test_a_contribution_or_a_result_is_no_release_notice(sentence):
    assert not is_release(sentence)


def test_the_host_of_a_link_has_no_more_than_a_hundred_characters():
    assert is_release("x" * 100 + ".io/b")
    assert not is_release("x" * 101 + ".io/b")
