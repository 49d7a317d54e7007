namespace Hyperdiff;

/// <summary>What functions with rules of the user's share.</summary>
internal static class CustomRules
{
    /// <summary>Throws if a tensor that the function or its rule took from outside is differentiated: the rule says nothing about it, and its derivative would be lost.</summary>
    public static void RequireNoneCaptured(ReadOnlySpan<Tensor> captures, ReadOnlySpan<Tensor?> tangents)
    {
        for (int i = 0; i < captures.Length; i++)
        {
            if (tangents[i] is not null)
            {
                throw new InvalidOperationException(
                    $"A function with a custom rule takes a tensor of type {captures[i].Type} from outside that is differentiated here, and the rule gives no derivative in it. Make it part of the argument, or stop its gradient.");
            }
        }
    }
}
