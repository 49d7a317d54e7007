using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Hyperdiff.Tests.Json;

/// <summary>Tensors as JSON: read back bit for bit, and refused where they cannot be.</summary>
public sealed class JsonTensorTests
{
    [Property(Replay = "(4660,22137)", MaxTest = 400, Arbitrary = [typeof(Tensors)])]
    public void ATensor_IsReadBackBitForBit(Tensor tensor)
    {
        Tensor back = JsonSerializer.Deserialize<Tensor>(JsonSerializer.Serialize(tensor))!;

        Assert.Equal(tensor.Type, back.Type);
        Assert.Equal(Bits(tensor), Bits(back));
    }

    [Theory]
    [InlineData(DType.Float64, """{"dtype":"float64","shape":[2,3],"data":[[1,0,1],[0,1,0]]}""")]
    [InlineData(DType.Float32, """{"dtype":"float32","shape":[2,3],"data":[[1,0,1],[0,1,0]]}""")]
    [InlineData(DType.Int32, """{"dtype":"int32","shape":[2,3],"data":[[1,0,1],[0,1,0]]}""")]
    [InlineData(DType.Bool, """{"dtype":"bool","shape":[2,3],"data":[[true,false,true],[false,true,false]]}""")]
    public void ATensor_IsNestedArraysWithItsType(DType dtype, string json) =>
        Assert.Equal(json, JsonSerializer.Serialize(Tensor.From([1.0, 0, 1, 0, 1, 0], [2, 3]).To(dtype)));

    [Fact]
    public void Numbers_HaveTheFewestDigitsOfTheirType()
    {
        Assert.Contains("[0.1,1E-45,-0]", JsonSerializer.Serialize(Tensor.From([0.1f, 1e-45f, -0f])), StringComparison.Ordinal);
        Assert.Contains("[0.1,5E-324,-0]", JsonSerializer.Serialize(Tensor.From([0.1, 5e-324, -0.0])), StringComparison.Ordinal);
        Assert.Contains(
            """["NaN","Infinity","-Infinity"]""", JsonSerializer.Serialize(Tensor.From([double.NaN, double.PositiveInfinity, double.NegativeInfinity])),
            StringComparison.Ordinal);
    }

    [Fact]
    public void ScalarsEmptyAxesAndManyAxes_AreReadBack()
    {
        int[] ones = [.. Enumerable.Repeat(1, 70)];
        foreach (Shape shape in (Shape[])[[], [0], [3, 0], [0, 3], [2147483647, 0], [1, 1, 1], new Shape(ones), new Shape([2, .. ones])])
        {
            var tensor = Tensor.Full(shape, 2.5);
            string json = JsonSerializer.Serialize(tensor);
            Tensor back = JsonSerializer.Deserialize<Tensor>(json)!;

            Assert.Equal(tensor.Type, back.Type);
            Assert.Equal(Bits(tensor), Bits(back));
            Assert.True(json.Length < 1000);
        }
    }

    [Fact]
    public void ATensorWithin_IsReadBack()
    {
        var given = new Dictionary<string, Tensor?> { ["a"] = Tensor.Eye(2), ["b"] = null };
        Dictionary<string, Tensor?> back = JsonSerializer.Deserialize<Dictionary<string, Tensor?>>(JsonSerializer.Serialize(given))!;

        Assert.Equal([1.0, 0, 0, 1], back["a"]!.ToArray<double>());
        Assert.Null(back["b"]);
    }

    [Fact]
    public void ATracedTensor_IsRefusedByName()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => Diff.Grad(
            (Tensor x) =>
            {
                _ = JsonSerializer.Serialize(x);
                return x.Sum();
            },
            Tensor.Ones([3])));

        Assert.Contains("float64 [3]", exception.Message, StringComparison.Ordinal);
        Assert.Contains("traced", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[1,2]""", "Tensor: [1,2]", "an object")]
    [InlineData("""{"dtype":"float64","shape":[2]}""", "Tensor", "\"data\" is missing")]
    [InlineData("""{"dtype":"float16","shape":[2],"data":[1,2]}""", "Tensor.dtype", "float32, float64, int32, bool")]
    [InlineData("""{"dtype":1,"shape":[2],"data":[1,2]}""", "Tensor.dtype", "float32, float64, int32, bool")]
    [InlineData("""{"dtype":"float64","shape":[-2],"data":[1,2]}""", "Tensor.shape", "negative")]
    [InlineData("""{"dtype":"float64","shape":[2.5],"data":[1,2]}""", "Tensor.shape[0]", "whole number")]
    [InlineData("""{"dtype":"float64","shape":2,"data":[1,2]}""", "Tensor.shape", "an array")]
    [InlineData("""{"dtype":"float64","shape":[65536,65536],"data":[1,2]}""", "Tensor.shape", "2^31-1")]
    [InlineData("""{"dtype":"float64","shape":[1000000000],"data":[1,2]}""", "Tensor.data", "2 elements stand where 1000000000 belong")]
    [InlineData("""{"dtype":"float64","shape":[2,2],"data":[[1,2],[3]]}""", "Tensor.data[1]", "1 elements stand where 2 belong")]
    [InlineData("""{"dtype":"float64","shape":[2,2],"data":[1,2]}""", "Tensor.data[0]", "an array of 2")]
    [InlineData("""{"dtype":"float64","shape":[],"data":[1]}""", "Tensor.data", "a single number")]
    [InlineData("""{"dtype":"float64","shape":[0,2],"data":[[1,2]]}""", "Tensor.data[0][0]", "nothing")]
    [InlineData("""{"dtype":"float64","shape":[2],"data":[1,"x"]}""", "Tensor.data", "a number")]
    [InlineData("""{"dtype":"float64","shape":[1],"data":[1e400]}""", "Tensor.data", "range of float64")]
    [InlineData("""{"dtype":"float32","shape":[1],"data":[1e39]}""", "Tensor.data", "range of float32")]
    [InlineData("""{"dtype":"int32","shape":[1],"data":[2147483648]}""", "Tensor.data", "whole number")]
    [InlineData("""{"dtype":"int32","shape":[1],"data":[1.5]}""", "Tensor.data", "whole number")]
    [InlineData("""{"dtype":"bool","shape":[1],"data":[1]}""", "Tensor.data", "true or false")]
    [InlineData("""{"dtype":"float64","shape":[1],"data":[null]}""", "Tensor.data", "a number")]
    [InlineData("""{"dtype":"float64","shape":[1],"data":[1],"device":"cpu"}""", "Tensor", "there is no field \"device\"")]
    [InlineData("""{"dtype":"float64","shape":[1],"data":[1],"data":[2]}""", "Tensor", "occurs twice")]
    public void BadJson_IsOneExceptionWithPlaceAndRemedy(string json, string place, string what)
    {
        var exception = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Tensor[]>($"[{json}]"));

        Assert.StartsWith(place, exception.Message, StringComparison.Ordinal);
        Assert.Contains(what, exception.Message, StringComparison.Ordinal);
        Assert.Equal("$[0]", exception.Path);
    }

    private static byte[] Bits(Tensor tensor) => tensor.DType switch
    {
        DType.Float32 => [.. tensor.ToArray<float>().SelectMany(element => BitConverter.GetBytes(float.IsNaN(element) ? float.NaN : element))],
        DType.Float64 => [.. tensor.ToArray<double>().SelectMany(element => BitConverter.GetBytes(double.IsNaN(element) ? double.NaN : element))],
        DType.Int32 => [.. tensor.ToArray<int>().SelectMany(BitConverter.GetBytes)],
        _ => [.. tensor.ToArray<bool>().Select(element => element ? (byte)1 : (byte)0)],
    };

    private static class Tensors
    {
        // every pattern of bits, so that subnormals, infinities, zeros of both signs and all NaN occur
        public static Arbitrary<Tensor> All() => Arb.From(
            from rank in Gen.Choose(0, 4)
            from sizes in Gen.Choose(0, 4).ArrayOf(rank)
            from dtype in Gen.Elements(Enum.GetValues<DType>())
            from words in Gen.Choose(int.MinValue, int.MaxValue).ArrayOf(2 * new Shape(sizes).ElementCount)
            from special in Gen.Choose(0, 8).ArrayOf(new Shape(sizes).ElementCount)
            select Make(new Shape(sizes), dtype, words, special));

        private static Tensor Make(Shape shape, DType dtype, int[] words, int[] special)
        {
            double[] specials = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0];
            int[] elements = [.. Enumerable.Range(0, shape.ElementCount)];
            return dtype switch
            {
                DType.Float64 => Tensor.From([.. elements.Select(i => special[i] < specials.Length
                    ? specials[special[i]] : BitConverter.Int64BitsToDouble(((long)words[2 * i] << 32) | (uint)words[(2 * i) + 1]))], shape),
                DType.Float32 => Tensor.From([.. elements.Select(i => special[i] < specials.Length
                    ? (float)specials[special[i]] : BitConverter.Int32BitsToSingle(words[2 * i]))], shape),
                DType.Int32 => Tensor.From([.. elements.Select(i => words[2 * i])], shape),
                _ => Tensor.From([.. elements.Select(i => words[2 * i] % 2 == 0)], shape),
            };
        }
    }
}
