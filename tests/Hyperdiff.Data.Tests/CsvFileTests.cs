using System.Text;

namespace Hyperdiff.Data.Tests;

public sealed class CsvFileTests : TemporaryFolder
{
    private static readonly CsvOptions s_words = new() { Categories = [Category.Of("c")] };

    /// <summary>Options that cannot be right, and none that is passed over.</summary>
    [Fact]
    public void OptionsThatCannotBeRight_AreRefused()
    {
        static Table Read(CsvOptions options) => CsvFile.Read(new StringReader("a,b\n1,x\n"), "a text", options);
        foreach (char separator in "\"\r\n\0")
        {
            Assert.Throws<ArgumentOutOfRangeException>("Separator", () => new CsvOptions { Separator = separator });
        }

        foreach (char mark in "1-e \"\0")
        {
            Assert.Throws<ArgumentOutOfRangeException>("Decimal", () => new CsvOptions { Decimal = mark });
        }

        Assert.Throws<ArgumentException>("Columns", () => new CsvOptions { Columns = ["a", null!] });
        Assert.Throws<ArgumentException>("Categories", () => new CsvOptions { Categories = [null!] });
        Assert.Throws<ArgumentException>("MissingWords", () => new CsvOptions { MissingWords = [null!] });
        Assert.Throws<ArgumentException>("names", () => Category.Of("b", "x", null!));
        Assert.Throws<ArgumentException>("options", () => Read(new CsvOptions { Separator = ',', Decimal = ',' }));
        Assert.Throws<ArgumentException>("options", () => Read(new CsvOptions { Columns = ["a"], Categories = [Category.Of("b")] }));
        Assert.Throws<ArgumentException>("options", () => Read(new CsvOptions { Categories = [Category.Of("b"), Category.Last()] }));

        var without = new CsvOptions { Columns = default, Categories = default, MissingWords = default };
        Assert.Throws<DataException>(() => Read(without));
        Assert.NotEmpty((new Dataset(Tensor.Zeros([1, 1]), Tensor.Zeros([1])) { Features = default, Classes = default }).ToString());
    }

    [Fact]
    public void Read_OfTheShippedFile_HasThePublishedSizesAndClasses()
    {
        Dataset data = CsvFile.Read(Path.Combine(AppContext.BaseDirectory, "data", "breast-cancer-wisconsin-diagnostic.csv"),
            new CsvOptions { Categories = [Category.Last("0", "1")] }).ToDataset();

        Assert.Equal(new Shape(569, 30), data.X.Shape);
        Assert.Equal((569, DType.Int32, 357), (data.Samples, data.Y.DType, data.Y.ToArray<int>().Sum()));
        Assert.Equal(("mean radius", "worst fractal dimension"), (data.Features[0], data.Features[^1]));
        Assert.Equal([17.99, 10.38, 122.8], data.X.ToArray<double>()[..3]);
        Assert.Equal<string>(["0", "1"], data.Classes);
    }

    [Theory]
    [InlineData("a,b\n1,2\n3,4\n")]
    [InlineData("a,b\r\n1,2\r\n3,4")]
    [InlineData("a,b\r1,2\r3,4\r")]
    [InlineData("\uFEFFa,b\n1,2\n3,4\n")]
    [InlineData("\n\na,b\n\n1,2\n\n\n3,4\n\n")]
    [InlineData("a;b\n1;2\n3;4\n")]
    [InlineData("a\tb\n1\t2\n3\t4\n")]
    [InlineData("a|b\n1|2\n3|4\n")]
    [InlineData("\"a\",\"b\"\n\"1\",\"2\"\n3,\"4\"\n")]
    [InlineData("a , b\n 1, 2 \n 3,+4\n")]
    [InlineData("a,b\n1.0,2e0\n3,.4E1\n")]
    public void Read_OfWhatIsWrittenInAnyOfTheUsualWays_IsTheSame(string text)
    {
        foreach (string path in new[] { Written("d.csv", Encoding.UTF8.GetBytes(text)), Written("d.csv.gz", Compressed(Encoding.UTF8.GetBytes(text))) })
        {
            Table table = CsvFile.Read(path);

            Assert.Equal<string>(["a", "b"], table.Columns);
            Assert.Equal([1.0, 2, 3, 4], table.Matrix().X.ToArray<double>());
        }
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("\n\n", "the file is empty")]
    [InlineData("a,b\n", "there are names of columns and no row")]
    [InlineData("a,b,c\n1,2,0\n1,0\n", "row 3, column 3 (c): missing: the row has 2 cells, the first row 3")]
    [InlineData("a,b,c\n1,2,3,0\n", "row 2, column 4: one too many: the row has 4 cells, the first row 3")]
    [InlineData("a,b\n1,x\n", "row 2, column 2 (b): 'x' is not a number; a column of words is read by naming it among the Categories")]
    [InlineData("a,b\n1,\n", "row 2, column 2 (b): the number is missing; AllowsMissing reads it as NaN")]
    [InlineData("a,b\n1,\"\"\n", "row 2, column 2 (b): the number is missing; AllowsMissing reads it as NaN")]
    [InlineData("a,b\n1,?\n", "row 2, column 2 (b): '?': the number is missing; AllowsMissing reads it as NaN")]
    [InlineData("a,b\nNaN,2\n", "row 2, column 1 (a): 'NaN' is not a finite number")]
    [InlineData("a,b\n-inf,2\n", "row 2, column 1 (a): '-inf' is not a finite number")]
    [InlineData("a,b\n1e400,2\n", "row 2, column 1 (a): '1e400' is out of range")]
    [InlineData("a;b\n1,5;2\n", "row 2, column 1 (a): '1,5' is not a number; CsvOptions.Decimal = ',' reads it")]
    [InlineData("a,b\n1 000,2\n", "row 2, column 1 (a): '1 000' is not a number")]
    [InlineData("a,b\n0x10,2\n", "row 2, column 1 (a): '0x10' is not a number")]
    [InlineData("a,b\n\n1,2\n\n1,y\n", "row 5, column 2 (b): 'y' is not a number")]
    [InlineData("a,b,a\n1,2,3\n", "row 1, column 3 (a): column 1 has this name, too; rename one")]
    [InlineData("1,2\n3,4\n", "row 1, column 1: '1' in the first row: say by HasHeader whether it holds the names of the columns")]
    [InlineData("5.1,setosa\n3,setosa\n", "row 1, column 1: '5.1' in the first row: say by HasHeader whether it holds the names of the columns")]
    [InlineData("a\n1\n\n2\n", "row 3: an empty line between the rows of one column: remove it, or write NA")]
    [InlineData("a,b\n1,\"2\n3,4\n", "row 2: this is not CSV: quotes stand around a whole cell, and are doubled within")]
    [InlineData("a,b\n1,\"2\"3\n", "row 2: this is not CSV: quotes stand around a whole cell, and are doubled within")]
    [InlineData("a,b\n1,2\"3\n", "row 2: this is not CSV: quotes stand around a whole cell, and are doubled within")]
    public void Read_OfABadFile_NamesFileRowColumnAndText(string text, string message) =>
        Assert.Equal($"d.csv{(message.StartsWith("row", StringComparison.Ordinal) ? ", " : ": ")}{message}",
            Refusal(() => CsvFile.Read(Written("d.csv", Encoding.UTF8.GetBytes(text)))));

    [Fact]
    public void ABadCell_IsDataOfTheException()
    {
        DataException exception = Assert.Throws<DataException>(() => CsvFile.Read(new StringReader("a,b\n1,\"x\n\ty\"\n"), "d.csv"));

        Assert.Equal(("d.csv", 3, "b", "x\n\ty"), (exception.File, exception.Row, exception.Column, exception.Text));
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public void Read_OfWhatIsNoFileOrNoText_SaysSo()
    {
        Assert.Equal("none.csv: no such file", Refusal(() => CsvFile.Read(Path.Combine(Folder, "none.csv"))));
        Assert.Equal("none/d.csv: no such file", Refusal(() => CsvFile.Read(Path.Combine(Folder, "none", "d.csv"))));
        Assert.EndsWith("this is a folder; name a file", Refusal(() => CsvFile.Read(Folder)), StringComparison.Ordinal);
        byte[] latin = Encoding.Latin1.GetBytes("größe,b\n1,2\n");
        Assert.Equal("d.csv: this is not utf-8 text; CsvOptions.Encoding names another encoding", Refusal(() => CsvFile.Read(Written("d.csv", latin))));
        Assert.Equal("größe", CsvFile.Read(Written("d.csv", latin), new CsvOptions { Encoding = Encoding.Latin1 }).Columns[0]);
        Assert.Equal("größe", CsvFile.Read(Written("d.csv", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("größe,b\n1,2\n")])).Columns[0]);
        byte[] damaged = Compressed(Encoding.UTF8.GetBytes("a,b\n" + string.Concat(Enumerable.Range(0, 1000).Select(i => $"{i},{i * i}\n"))));
        damaged[damaged.Length / 2] ^= 0x55;
        Assert.StartsWith("d.csv: damaged: ", Refusal(() => CsvFile.Read(Written("d.csv", damaged))), StringComparison.Ordinal);
        Assert.StartsWith("d.csv, row 1: this is not CSV", Refusal(() => CsvFile.Read(Written("d.csv", new byte[3 << 20]))), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => CsvFile.Read(" "));
    }

    /// <summary>At every length a compressed file that is cut off would be one with fewer rows.</summary>
    [Fact]
    public void ACompressedFileThatIsCutOff_IsRefused()
    {
        byte[] good = Compressed(Encoding.UTF8.GetBytes("a,b\n" + string.Concat(Enumerable.Range(0, 50).Select(i => $"{i},{i * i}\n"))));

        Assert.Equal(50, CsvFile.Read(Written("d.csv", good)).Rows);
        Assert.All(Enumerable.Range(0, good.Length), length => Refusal(() => CsvFile.Read(Written("d.csv", good[..length]))));
        Assert.Equal("d.csv: damaged: it is cut off, or several compressed files stand one after the other; decompress it by gzip -d",
            Refusal(() => CsvFile.Read(Written("d.csv", good[..^1]))));
    }

    [Fact]
    public void Categories_AreIndicesOfNames_InAnOrderThatRowsDoNotChange()
    {
        Table table = CsvFile.Read(new StringReader("a,c\n1,cat \n2,\"ant, red\"\n3,cat\n"), "d.csv", s_words);

        Assert.Equal<string>(["ant, red", "cat"], table.Categories("c"));
        Assert.Equal([1, 0, 1], table.Classes("c").ToArray<int>());
        (Tensor x, var features) = table.Matrix();
        Assert.Equal<string>(["a", "c = ant, red", "c = cat"], features);
        Assert.Equal([1.0, 0, 1, 2, 1, 0, 3, 0, 1], x.ToArray<double>());
        Assert.Equal<string>(["2", "10"], CsvFile.Read(new StringReader("a,c\n1,10\n2,2\n"), "d.csv", s_words).Categories("c"));
        Assert.Equal("d.csv, row 2, column 2 (c): the category is missing",
            Refusal(() => CsvFile.Read(new StringReader("a,c\n1,\n"), "d.csv", s_words)));
    }

    [Fact]
    public void GivenCategories_KeepTheirOrder_AndRefuseOthers()
    {
        var options = new CsvOptions { Categories = [Category.Last("yes", "no", "perhaps")] };

        Table table = CsvFile.Read(new StringReader("a,c\n1,no\n2,yes\n"), "d.csv", options);

        Assert.Equal<string>(["yes", "no", "perhaps"], table.Categories("c"));
        Assert.Equal([1, 0], table.Classes("c").ToArray<int>());
        Assert.Equal("d.csv, row 3, column 2 (c): 'No' is none of yes, no, perhaps",
            Refusal(() => CsvFile.Read(new StringReader("a,c\n1,no\n1,No\n"), "d.csv", options)));
        Assert.Throws<ArgumentException>(() => Category.Of("c", "a", "b", "a"));
    }

    [Fact]
    public void Missing_BecomesNaN_WhereItIsAllowed_AndRowsCanBeDropped()
    {
        Table table = CsvFile.Read(new StringReader("a,b\n1,na\n2,\n3,4\n?,5\n"), "d.csv", new CsvOptions { AllowsMissing = true, AllowsNonFinite = true });

        Assert.Equal([double.NaN, double.NaN, 4, 5], table.Numbers("b").ToArray<double>());
        Assert.Equal([3.0, 4], table.WithoutMissing().Matrix().X.ToArray<double>());
        Assert.Equal("d.csv: no row is without a missing number",
            Refusal(() => CsvFile.Read(new StringReader("a,b\n1,\n"), "d.csv", new CsvOptions
            {
                AllowsMissing = true,
                AllowsNonFinite = true
            }).WithoutMissing()));
    }

    [Fact]
    public void Missing_IsAllowed_WithoutAllowingInfinity()
    {
        var options = new CsvOptions { AllowsMissing = true };

        Assert.True(double.IsNaN(CsvFile.Read(new StringReader("a,b\n1,NaN\n"), "d.csv", options).Numbers("b")[0].ToScalar()));
        Assert.Equal("d.csv, row 2, column 2 (b): 'inf' is not a finite number", Refusal(() => CsvFile.Read(new StringReader("a,b\n1,inf\n"), "d.csv",
            options)));
        Assert.Equal([double.PositiveInfinity, double.NegativeInfinity], CsvFile.Read(new StringReader("a,b\n+Inf,-Infinity\n"), "d.csv",
            new CsvOptions { AllowsNonFinite = true }).Matrix().X.ToArray<double>());
    }

    [Fact]
    public void ColumnsHeadersAndDecimals_AreAsTheOptionsSay()
    {
        Assert.Equal([3.0, 1], CsvFile.Read(new StringReader("a,w,b\n1,x,3\n"), "d.csv", new CsvOptions { Columns = ["b", "a"] }).Matrix().X.ToArray<double>());
        Assert.Equal("d.csv: no column 'z'; there are a, b",
            Refusal(() => CsvFile.Read(new StringReader("a,b\n1,2\n"), "d.csv", new CsvOptions { Columns = ["z"] })));
        Table bare = CsvFile.Read(new StringReader("1,2\n3,4\n"), "d.csv", new CsvOptions { HasHeader = false });
        Assert.Equal((2, "column 2"), (bare.Rows, bare.Columns[1]));
        Assert.Equal<string>(["2020", "2021"], CsvFile.Read(new StringReader("2020,2021\n3,4\n"), "d.csv", new CsvOptions { HasHeader = true }).Columns);
        Assert.Equal([1.5, -2], CsvFile.Read(new StringReader("a;b\n1,5;-2\n"), "d.csv", new CsvOptions { Decimal = ',' }).Matrix().X.ToArray<double>());
        var commas = new CsvOptions { Decimal = ',', HasHeader = false };
        Assert.Equal([1.5, 2], CsvFile.Read(new StringReader("1,5;2\n"), "d.csv", commas).Matrix().X.ToArray<double>());
        Assert.Equal<string>(["a;b", "c"], CsvFile.Read(new StringReader("\"a;b\",c\n1,2\n"), "d.csv").Columns);
        Assert.Equal<string>(["column 1", "b"], CsvFile.Read(new StringReader(",b\n1,2\n"), "d.csv").Columns);
    }

    [Fact]
    public void Tables_TellNumbersFromCategories()
    {
        Table table = CsvFile.Read(new StringReader("a,c\n1,x\n"), "d.csv", s_words);

        Assert.Contains("holds categories", Refusal(() => table.Numbers("c")), StringComparison.Ordinal);
        Assert.Contains("holds numbers", Refusal(() => table.Classes("a")), StringComparison.Ordinal);
        Assert.Equal("d.csv: no column 'b'; there are a, c", Refusal(() => table.Numbers("b")));
        Assert.Equal(DType.Float64, table.ToDataset("a").Y.DType);
        Assert.Contains("at least one feature", Refusal(() => CsvFile.Read(new StringReader("a\n1\n"), "d.csv").ToDataset()), StringComparison.Ordinal);
    }

    [Fact]
    public void ManyRows_TakeMemoryOfTheirNumbersAlone()
    {
        const int Rows = 200_000, Columns = 4;
        var text = new StringBuilder("a,b,c,d\n");
        for (int i = 0; i < Rows; i++)
        {
            text.Append(i).Append(",1,2,3\n");
        }

        string path = Written("d.csv", Encoding.UTF8.GetBytes(text.ToString()));
        Table table = CsvFile.Read(path);

        Assert.Equal((Rows, Rows - 1.0), (table.Rows, table.Numbers("a")[^1].ToScalar()));
        Assert.Equal(new Shape(Rows, Columns), table.Matrix().X.Shape);
    }
}
