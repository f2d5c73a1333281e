import pytest

from papers.drafting.extract.results import is_measured_result


@pytest.mark.parametrize(
    "sentence",
    [
        "Our method achieves a 5% gain on VBench.",
        "Our method achieves 97.1\\% accuracy on VBench.",
        "LongCat outperforms all baselines by 3.2 points on VBench.",
        "On VBench, it reaches an FID of 1.6 in a single step.",
        "It improves F1 from 63 to 95 for rare words.",
        "It runs twice as long and achieves a 2.5x speedup.",
        "It achieves 0.76 on GenEval.",
        "It significantly outperforms earlier models of any size.",
        "It achieves state-of-the-art performance on VBench.",
        "We show that a longer memory achieves higher accuracy than a larger model.",
        "We apply it to Llama, yielding a 1.9x speedup at the same quality.",
        "It is of use in two domains: 1) in text, boosting F1 by 5%; 2) in vision, by 3%.",
        "It keeps what was seen, thereby skipping steps and achieving 6x acceleration.",
        "It cuts memory by 40%.",
        "It reduces the average training time by 40%, and it increases accuracy by 2%.",
        "It reduces the number of tokens by 4x compared to LongCat.",
        "It reduces reasoning tokens from 3790 to 2125 while improving accuracy by 0.8%.",
        "It reduces layout shifts by 83.7% compared with LongCat.",
        "It skips steps, lowering latency by 30%.",
        "It beats GPT-4o by 5 points.",
        "Accuracy rises from 63% to 95%.",
        "The latency of each step drops from 5 ms to 2 ms.",
        "It outperforms baselines by 5% and introduces no overhead.",
    ],
)
def test_what_was_achieved_is_a_result(sentence):
    assert is_measured_result(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The memory is updated by attention at each of 12 steps.",
        "It improves the memory of Gemini 2.5 and of Llama-3.2.",
        "We use a decoder that achieves 5% more than ours.",
        "We train a policy to achieve 5% more than ours.",
        "Seeing 22% of the patches is sufficient to achieve high accuracy.",
        "We propose LongCat, a memory that achieves 97% on VBench.",
        "In this paper, we first introduce LongCat, achieving 97% on VBench.",
        "We scale it to 60% and introduce LongCat, achieving 97% on VBench.",
        "It has two parts: (1) a memory, achieving a 32x compression; (2) a decoder.",
        "We ask whether models surpass people by 5%.",
        "The encoder reduces the number of tokens by 4x.",
        "The encoder reduces the number of slots in memory by 4x.",
        "The encoder merges neighbours, reducing the number of tokens by 4x.",
        "The scheduler increases the batch size from 16 to 64.",
        "However, this increases latency by 30%.",
        "The batch size rises from 16 to 64.",
        "It reduces the memory, achieving what others need a cluster for.",
    ],
)
def test_how_it_is_done_and_what_is_announced_is_no_result(sentence):
    assert not is_measured_result(sentence)
