using Parquet;
using Parquet.Schema;

namespace Hyperdiff.Data.Tests;

public sealed class ParquetFileTests : TemporaryFolder
{
    private static readonly double[] s_half = [0.5, 1.5];
    private static readonly float[] s_single = [2.5f, -1];
    private static readonly int[] s_whole = [12, 3];
    private static readonly bool[] s_truth = [true, false];

    [Fact]
    public async Task NumbersTruthsAndWords_AreRead_OverGroupsOfRows()
    {
        string path = await WrittenAsync("d.parquet");

        Table table = ParquetFile.Read(path, new TableOptions { Categories = [Category.Of("word"), Category.Of("i")], AllowsMissing = true });

        Assert.Equal<string>(["d", "f", "i", "l", "b", "word", "m"], table.Columns);
        Assert.Equal(4, table.Rows);
        Assert.Equal([0.5, 1.5, 0.5, 1.5], table.Numbers("d").ToArray<double>());
        Assert.Equal([2.5, -1, 2.5, -1], table.Numbers("f").ToArray<double>());
        Assert.Equal([1L << 53, 7, 1L << 53, 7], table.Numbers("l").ToArray<double>());
        Assert.Equal([1.0, 0, 1, 0], table.Numbers("b").ToArray<double>());
        Assert.Equal([1, 0, 1, 0], table.Classes("word").ToArray<int>());
        Assert.Equal<string>(["3", "12"], table.Categories("i"));
        Assert.Equal([1, double.NaN, 1, double.NaN], table.Numbers("m").ToArray<double>());
    }

    [Fact]
    public async Task BadCells_NameFileRowAndColumn()
    {
        string path = await WrittenAsync("d.parquet");

        Assert.Equal("d.parquet, row 1, column 6 (word): 'yes' is not a number; name the column among the Categories, or leave it out by Columns",
            Refusal(() => ParquetFile.Read(path)));
        Assert.Equal("d.parquet, row 2, column 7 (m): the number is missing; AllowsMissing reads it as NaN",
            Refusal(() => ParquetFile.Read(path, new TableOptions { Columns = ["d", "m"] })));
        Assert.Equal("d.parquet: no column 'x'; there are d, f, i, l, b, word, m", Refusal(() => ParquetFile.Read(path, new TableOptions { Columns = ["x"] })));
    }

    [Fact]
    public async Task WhatIsNoSuchFile_SaysSo()
    {
        byte[] good = await File.ReadAllBytesAsync(await WrittenAsync("d.parquet"));

        Assert.Equal("none: no such file", Refusal(() => ParquetFile.Read(Path.Combine(Folder, "none"))));
        Assert.All([0, 3, 20, good.Length / 2, good.Length - 1], length =>
            Assert.StartsWith("p: this is no Parquet file, or it is damaged", Refusal(() => ParquetFile.Read(Written("p", good[..length]))),
                StringComparison.Ordinal));
        Assert.StartsWith("p: this is no Parquet file", Refusal(() => ParquetFile.Read(Written("p", "a,b\n1,2\n3,4\n"u8.ToArray()))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task IntegersBeyondTheirExactRange_AreRefused()
    {
        string path = Path.Combine(Folder, "d.parquet");
        var field = new DataField<long>("l");
        await using (FileStream stream = File.Create(path))
        await using (ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(field), stream))
        {
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            await group.WriteAsync<long>(field, new long[] { (1L << 53) + 1 });
        }

        Assert.Equal("d.parquet (l): 9007199254740993 is not exact in float64; name the column among the Categories, or leave it out by Columns",
            Refusal(() => ParquetFile.Read(path)));
    }

    private async Task<string> WrittenAsync(string name)
    {
        string path = Path.Combine(Folder, name);
        var (d, f, i, l) = (new DataField<double>("d"), new DataField<float>("f"), new DataField<int>("i"), new DataField<long>("l"));
        var (b, word, m) = (new DataField<bool>("b"), new DataField<string>("word"), new DataField<double?>("m"));
        await using FileStream stream = File.Create(path);
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(d, f, i, l, b, word, m), stream);
        for (int repeat = 0; repeat < 2; repeat++)
        {
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            await group.WriteAsync<double>(d, s_half);
            await group.WriteAsync<float>(f, s_single);
            await group.WriteAsync<int>(i, s_whole);
            await group.WriteAsync<long>(l, new[] { 1L << 53, 7 });
            await group.WriteAsync<bool>(b, s_truth);
            await group.WriteAsync(word, ["yes", "no"]);
            await group.WriteAsync<double>(m, new double?[] { 1, null });
        }

        return path;
    }
}
