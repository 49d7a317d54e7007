namespace LogisticRegression;

/// <summary>What the command line asks for.</summary>
/// <param name="Data">The CSV file.</param>
/// <param name="Seed">Of the first split.</param>
/// <param name="Splits">How many splits, with seeds that follow each other.</param>
/// <param name="Steps">Of the search.</param>
/// <param name="Rate">Of Adam.</param>
/// <param name="Method">How hypergradients are computed.</param>
/// <param name="History">Where the history goes.</param>
/// <param name="Check">Whether hypergradients are compared with differences.</param>
/// <param name="Shared">Whether one exponent is that of all features.</param>
internal sealed record JobOptions(
    string Data, int Seed, int Splits, int Steps, double Rate, TuningMethod Method, string History, bool Check, bool Shared);
