namespace Hyperdiff.Data;

/// <summary>Rounds a table of shares to whole numbers without changing the sums of its rows and columns.</summary>
/// <remarks>
/// Every entry rows[i] · columns[j] / total becomes the whole number below or above it. That such a table exists follows from the integrality of flows; it is
/// found by augmenting paths between rows and columns that miss a unit. Source: Bacharach (1966), "Matrix rounding problems", doi:10.1287/mnsc.12.9.732.
/// </remarks>
internal static class ControlledRounding
{
    /// <summary>The table.</summary>
    /// <param name="rows">The sums of the rows.</param>
    /// <param name="columns">The sums of the columns: as much in all.</param>
    public static int[,] Of(int[] rows, int[] columns)
    {
        long total = columns.Sum(size => (long)size);
        var table = new int[rows.Length, columns.Length];
        var raised = new bool[rows.Length, columns.Length];
        int[] missing = [.. columns];
        var left = new int[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            left[i] = rows[i];
            for (int j = 0; j < columns.Length; j++)
            {
                table[i, j] = (int)((long)rows[i] * columns[j] / total);
                left[i] -= table[i, j];
                missing[j] -= table[i, j];
            }
        }

        for (int i = 0; i < rows.Length; i++)
        {
            for (; left[i] > 0; left[i]--)
            {
                Raise(i, new bool[columns.Length]);
            }
        }

        return table;

        // gives row i one unit more, in a column that misses one, or that another row gives up for another column
        bool Raise(int i, bool[] visited)
        {
            for (int j = 0; j < columns.Length; j++)
            {
                bool isWhole = (long)rows[i] * columns[j] % total == 0;
                if (isWhole || raised[i, j] || visited[j])
                {
                    continue;
                }

                visited[j] = true;
                if (missing[j] > 0)
                {
                    missing[j]--;
                }
                else if (Enumerable.Range(0, rows.Length).FirstOrDefault(k => raised[k, j] && Raise(k, visited), -1) is >= 0 and int k)
                {
                    raised[k, j] = false;
                    table[k, j]--;
                }
                else
                {
                    continue;
                }

                raised[i, j] = true;
                table[i, j]++;
                return true;
            }

            return false;
        }
    }
}
