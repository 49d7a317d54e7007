namespace LogisticRegression;

/// <summary>What the program reads: a header row; then one sample per row, numeric features and in the last column the class, 0 or 1.</summary>
public static class DataReading
{
    private static readonly CsvOptions s_options = new() { Categories = [Category.Last("0", "1")] };

    /// <summary>Reads a file.</summary>
    /// <exception cref="DataException">It cannot be used.</exception>
    public static Dataset Read(string path) => CsvFile.Read(path, s_options).ToDataset();
}
