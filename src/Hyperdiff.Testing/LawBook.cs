namespace Hyperdiff.Testing;

/// <summary>Looks at laws one by one: each in cases from the smallest on, up to the first that breaks it.</summary>
internal sealed class LawBook(string subject, int seed)
{
    private readonly List<string> _held = [];
    private readonly List<BrokenLaw> _broken = [];

    /// <summary>Looks at a law.</summary>
    /// <param name="law">The law.</param>
    /// <param name="cases">What it is looked at in, the smallest first, by name.</param>
    /// <param name="check">What is wrong in a case; null if nothing is. What it throws is wrong too.</param>
    public void Look<T>(string law, IEnumerable<T> cases, Func<T, string?> check)
    {
        foreach (T item in cases)
        {
            string? wrong;
            try
            {
                wrong = check(item);
            }
#pragma warning disable CA1031 // whatever it is, it is a counterexample
            catch (Exception exception)
            {
                wrong = $"{exception.GetType().Name}: {exception.Message}";
            }
#pragma warning restore CA1031

            if (wrong is not null)
            {
                _broken.Add(new BrokenLaw(law, $"{item}: {wrong}"));
                return;
            }
        }

        _held.Add(law);
    }

    /// <summary>What was seen.</summary>
    public LawReport Report() => new(subject, seed, [.. _held], [.. _broken]);
}
