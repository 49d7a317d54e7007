namespace Hyperdiff.Examples.Tests;

public sealed class DatasetReaderTests
{
    [Fact]
    public void Read_OfTheShippedFile_HasThePublishedSizesAndClasses()
    {
        Dataset data = DatasetReader.Read(Path.Combine(AppContext.BaseDirectory, "data", "breast-cancer-wisconsin-diagnostic.csv"));

        Assert.Equal(new Shape(569, 30), data.X.Shape);
        Assert.Equal(357, data.Y.Sum().ToScalar());
        Assert.Equal("mean radius", data.Features[0]);
        Assert.Equal("worst fractal dimension", data.Features[^1]);
        Assert.Equal([17.99, 10.38, 122.8], data.X.ToArray<double>()[..3]);
    }

    [Theory]
    [InlineData("", "d.csv: the file is empty")]
    [InlineData("a\n1\n", "d.csv, row 1: one column; at least one feature and the class are needed")]
    [InlineData("a,b,c\n", "d.csv: there is a header and no sample")]
    [InlineData("a,b,c\n1,2,0\n1,0\n", "d.csv, row 3, column 3 (c): missing: the row has 2 cells, the header 3")]
    [InlineData("a,b,c\n1,2,3,0\n", "d.csv, row 2, column 4: one too many: the row has 4 cells, the header 3")]
    [InlineData("a,b,c\n1,x,0\n", "d.csv, row 2, column 2 (b): 'x' is not a finite number")]
    [InlineData("a,b,c\n1,,0\n", "d.csv, row 2, column 2 (b): '' is not a finite number")]
    [InlineData("a,b,c\nNaN,2,0\n", "d.csv, row 2, column 1 (a): 'NaN' is not a finite number")]
    [InlineData("a,b,c\n1,2,0\n\n1,2,2\n", "d.csv, row 4, column 3 (c): '2' is not a class: 0 or 1 is needed")]
    public void Read_OfABadFile_NamesFileRowAndColumn(string text, string message)
    {
        using var reader = new StringReader(text);

        DatasetException exception = Assert.Throws<DatasetException>(() => DatasetReader.Read(reader, "d.csv"));

        Assert.Equal(message, exception.Message);
    }

    [Fact]
    public void Read_OfAMissingFile_NamesIt()
    {
        DatasetException exception = Assert.Throws<DatasetException>(() => DatasetReader.Read("no/such/file.csv"));

        Assert.Equal("no/such/file.csv: no such file", exception.Message);
    }
}
