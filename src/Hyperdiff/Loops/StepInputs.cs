using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Some inputs of the step of a loop, as positions among all of them, by what they are to the loop; ascending within each group.</summary>
/// <param name="Carries">Those that every step turns into their successors.</param>
/// <param name="Slices">Those that are a row of a stack.</param>
/// <param name="Constants">Those that are the same in every step.</param>
internal sealed record StepInputs(int[] Carries, int[] Slices, int[] Constants)
{
    /// <summary>All of them in the order in which a step takes them.</summary>
    public int[] All => [.. Carries, .. Slices, .. Constants];

    /// <summary>The inputs of a loop's step that are wanted.</summary>
    public static StepInputs Of(ScanLoop loop, Func<int, bool> wanted)
    {
        int[] Between(int from, int to) => [.. Enumerable.Range(from, to - from).Where(wanted)];
        return new StepInputs(
            Between(0, loop.Carries), Between(loop.Carries, loop.FirstConstant), Between(loop.FirstConstant, loop.Body.Inputs.Length));
    }

    /// <summary>Their types.</summary>
    public static IEnumerable<TensorType> Types(Graph body, params IEnumerable<int> inputs) => inputs.Select(input => body.Inputs[input].Type);
}
