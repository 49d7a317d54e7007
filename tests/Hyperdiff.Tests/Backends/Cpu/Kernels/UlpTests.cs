using System.Numerics;
using Hyperdiff.Backends.Cpu;
using Hyperdiff.Backends.Reference;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Tests.Backends.Cpu.Kernels;

/// <summary>The errors that the kernels state, against functions in thousands of bits.</summary>
public sealed class UlpTests
{
    // with the exact function, the range in which it is finite and neither 0 nor constant, and the stated error in float64 and in float32
    private static readonly (Unary Operation, Func<double, BigInteger> Exact, double Low, double High, double Double, double Single)[] s_functions =
    [
        (Sin.Instance, ExactFunctions.Sin, -double.MaxValue, double.MaxValue, 0.85, 0.55),
        (Cos.Instance, ExactFunctions.Cos, -double.MaxValue, double.MaxValue, 0.85, 0.55),
        (Tan.Instance, ExactFunctions.Tan, -double.MaxValue, double.MaxValue, 2, 0.55),
        (Asin.Instance, ExactFunctions.Asin, -1, 1, 2, 2),
        (Acos.Instance, ExactFunctions.Acos, -1, 1, 2, 2),
        (Atan.Instance, ExactFunctions.Atan, -double.MaxValue, double.MaxValue, 2, 0.51),
        (Sinh.Instance, ExactFunctions.Sinh, -710, 710, 3, 0.51),
        (Cosh.Instance, ExactFunctions.Cosh, -710, 710, 3, 0.51),
        (Tanh.Instance, ExactFunctions.Tanh, -700, 700, 2, 2),
        (Exp.Instance, ExactFunctions.Exp, -745, 709.7, 1.2, 1.2),
        (Expm1.Instance, ExactFunctions.Expm1, -700, 709.7, 4, 4),
        (Log.Instance, ExactFunctions.Log, 5e-324, double.MaxValue, 1.5, 1.5),
        (Log1p.Instance, ExactFunctions.Log1p, -0.999, 1e300, 5, 5),
        (Sigmoid.Instance, ExactFunctions.Sigmoid, -700, 700, 4, 4),
        (Silu.Instance, ExactFunctions.Silu, -750, double.MaxValue, 5, 5),
        (Gelu.Instance, ExactFunctions.Gelu, -38.7, double.MaxValue, 8, 6),
        (Gaussian.Instance, ExactFunctions.Gaussian, -27, 27, 3, 3),
        (Erf.Instance, ExactFunctions.Erf, -30, 30, 4, 0.51),
        (Erfc.Instance, ExactFunctions.Erfc, -30, 14, 6, 4),
        (new NumberPower(2.5), x => ExactFunctions.Power(x, 2.5), 1e-125, 1e123, 2, 0.55),
    ];

    public static TheoryData<string, DType> Functions
    {
        get
        {
            var data = new TheoryData<string, DType>();
            foreach ((Unary operation, _, _, _, _, _) in s_functions)
            {
                data.Add(operation.Name, DType.Float64);
                data.Add(operation.Name, DType.Float32);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Function_OverItsWholeRange_IsWithinTheStatedUnitsInTheLastPlace(string name, DType dtype)
    {
        var function = s_functions.Single(function => function.Operation.Name == name);
        double[] inputs = Inputs(function.Low, function.High, dtype);
        double[] actual = BackendAssert.Doubles(CpuBackend.Instance.Execute(function.Operation, [Tensor.From(inputs).To(dtype)])[0]);
        double bound = dtype == DType.Float64 ? function.Double : function.Single;
        (double worst, double at) = Enumerable.Range(0, inputs.Length).Max(i => (Error(function.Exact, inputs[i], actual[i], dtype), inputs[i]));
        Assert.True(worst <= bound, $"{name}({at:R}) is off by {worst:F2} units in the last place, more than {bound}");

        // the measure finds a result that is off by as many units as are stated, and one more
        int planted = Array.FindIndex(actual, y => Math.Abs(y) is > 1e-3 and < 1e3);
        double off = actual[planted];
        for (int step = 0; step < Math.Ceiling(bound) + 1; step++)
        {
            off = dtype == DType.Float64 ? Math.BitIncrement(off) : MathF.BitIncrement((float)off);
        }

        Assert.True(Error(function.Exact, inputs[planted], off, dtype) > bound);
    }

    [Theory]
    [InlineData(DType.Float64)]
    [InlineData(DType.Float32)]
    public void SlopeOfAGatedUnit_IsWithinTheStatedUnits_OfTheGate(DType dtype)
    {
        double[] inputs = [.. Inputs(-750, double.MaxValue, dtype), .. Around(-1.2784645427610738), .. Around(-0.7517915246935645)];
        Check(SiluSlope.Instance, ExactFunctions.SiluSlope, ExactFunctions.Sigmoid, inputs);
        Check(GeluSlope.Instance, ExactFunctions.GeluSlope, ExactFunctions.Normal, [.. inputs.Where(x => x > -38.7)]);

        void Check(Unary slope, Func<double, BigInteger> exact, Func<double, BigInteger> gate, double[] at)
        {
            double[] actual = BackendAssert.Doubles(CpuBackend.Instance.Execute(slope, [Tensor.From(at).To(dtype)])[0]);
            (double worst, double where) = Enumerable.Range(0, at.Length).Max(
                i => (ExactFunctions.Ulps(actual[i], exact(at[i]), dtype, gate(at[i])), at[i]));
            Assert.True(worst <= 8, $"{slope}({where:R}) is off by {worst:F2} units");
        }

        double[] Around(double root) => [.. Enumerable.Range(-20, 41).Select(i => root + (0.003 * i)).Select(x => dtype == DType.Float64 ? x : (float)x)];
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Function_OfZerosInfinitiesAndNaN_IsItsDefinitionInEveryBit(string name, DType dtype)
    {
        Operation operation = s_functions.Single(function => function.Operation.Name == name).Operation;
        Tensor hard = Tensor.From([0.0, -0.0, double.PositiveInfinity, double.NegativeInfinity, double.NaN, 0.0, -0.0, double.NaN, 1e308, -1e308]).To(dtype);
        BackendAssert.SameBits(ReferenceBackend.Instance.Execute(operation, [hard])[0][..8], CpuBackend.Instance.Execute(operation, [hard])[0][..8]);
    }

    [Theory]
    [InlineData(DType.Float64, 2)]
    [InlineData(DType.Float32, 0.55)]
    public void Power_ToManyExponents_IsWithinTheStatedUnitsInTheLastPlace(DType dtype, double bound)
    {
        var random = new Random(5);
        double range = dtype == DType.Float64 ? 700 : 85;
        double[] bases = [.. Enumerable.Range(0, 400).Select(i => Of(Math.Exp(Within(i % 4 == 0 ? 5e-4 : 40))))];
        double[] exponents = [.. bases.Select(x => Of(Within(range) / Math.Max(1e-2, Math.Abs(Math.Log(x)))))];
        Tensor[] operands = [Tensor.From(bases).To(dtype), Tensor.From(exponents).To(dtype)];
        double[] actual = BackendAssert.Doubles(CpuBackend.Instance.Execute(Power.Instance, operands)[0]);

        Assert.All(Enumerable.Range(0, bases.Length), i =>
            Assert.InRange(Error(x => ExactFunctions.Power(x, exponents[i]), bases[i], actual[i], dtype), 0, bound));

        double Within(double limit) => (random.NextDouble() - 0.5) * 2 * limit;

        double Of(double x) => dtype == DType.Float64 ? x : (float)x;
    }

    /// <summary>Of a number with many exponents the logarithm is taken once; the last rows do not fill a vector.</summary>
    [Theory]
    [InlineData(DType.Float64)]
    [InlineData(DType.Float32)]
    public void Powers_OfOneNumber_HaveTheBitsOfPowersOfMany(DType dtype)
    {
        double[] bases = [2, 0.3, -2, -0.7, 0, -0.0, 1, -1, 1e-310, 1e-45, 7e30, double.PositiveInfinity, double.NegativeInfinity, double.NaN, 1.0000001];
        double[] exponents =
        [
            -3, -2, -1, -0.5, -0.0, 0, 0.5, 1, 2, 3, 4, 2.5, 1e10, 9007199254740993, -1e300, double.PositiveInfinity, double.NegativeInfinity, double.NaN,
            17, 31.25, 127, 300, -300, 1000, 20_000, 1e-20, 700, 1023, -1074, 88, 128, -149, 38.5, 0.1,
        ];
        Tensor x = Tensor.From(bases).To(dtype).Unsqueeze(1), y = Tensor.From(exponents).To(dtype);
        Tensor columns = CpuBackend.Instance.Compile(TracedFunction.Of(o => [o[0].Pow(o[1])], [x, y]).Graph).Run([x, y])[0];
        Tensor[] written = [x.BroadcastTo([bases.Length, exponents.Length]), y.BroadcastTo([bases.Length, exponents.Length])];

        BackendAssert.SameBits(CpuBackend.Instance.Execute(Power.Instance, [.. written.Select(operand => Tensor.FromHost(operand.Read()))])[0], columns);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(15)]
    [InlineData(64)]
    public void WholePower_IsRoundedOnce(int exponent)
    {
        var random = new Random(exponent);
        double[] bases = [.. Enumerable.Range(0, 400).Select(_ => Math.Exp((random.NextDouble() - 0.5) * 1200 / exponent))];
        double[] actual = BackendAssert.Doubles(CpuBackend.Instance.Execute(new NumberPower(exponent), [Tensor.From(bases)])[0]);
        double[] negated = BackendAssert.Doubles(CpuBackend.Instance.Execute(new NumberPower(exponent), [-Tensor.From(bases)])[0]);

        Assert.All(Enumerable.Range(0, bases.Length), i =>
        {
            Assert.InRange(Error(x => ExactFunctions.Power(x, exponent), bases[i], actual[i], DType.Float64), 0, 0.51);
            Assert.Equal(exponent % 2 == 0 ? actual[i] : -actual[i], negated[i]);
        });
    }

    [Theory]
    [InlineData(DType.Float64)]
    [InlineData(DType.Float32)]
    public void Power_OfNegativeBasesZerosAndInfinities_IsItsDefinition(DType dtype)
    {
        double[] bases = [-2, -1, -0.5, -0.0, 0, 0.5, 1, 2, -1e-300, 1e-310, double.PositiveInfinity, double.NegativeInfinity, double.NaN];
        double[] exponents =
        [
            -3, -2, -1, -0.5, -0.0, 0, 0.5, 1, 2, 3, 4, 2.5, 1e10, 9007199254740993, -1e300, double.PositiveInfinity, double.NegativeInfinity, double.NaN,
        ];
        Tensor x = Tensor.From([.. bases.SelectMany(b => exponents.Select(_ => b))]).To(dtype);
        Tensor y = Tensor.From([.. bases.SelectMany(_ => exponents)]).To(dtype);

        // powers of these numbers that are neither 0 nor infinite are exact, but for roots
        double[] expected = BackendAssert.Doubles(ReferenceBackend.Instance.Execute(Power.Instance, [x, y])[0]);
        double[] actual = BackendAssert.Doubles(CpuBackend.Instance.Execute(Power.Instance, [x, y])[0]);
        for (int i = 0; i < expected.Length; i++)
        {
            double rounding = 2 * dtype.Epsilon() * Math.Abs(expected[i]);
            Assert.True(
                actual[i].Equals(expected[i]) ? double.IsNegative(actual[i]) == double.IsNegative(expected[i]) || double.IsNaN(actual[i])
                    : Math.Abs(actual[i] - expected[i]) <= rounding,
                $"{bases[i / exponents.Length]:R} to the power of {exponents[i % exponents.Length]:R}: expected {expected[i]:R}, actual {actual[i]:R}");
        }
    }

    private static double Error(Func<double, BigInteger> exact, double input, double actual, DType dtype) =>
        double.IsFinite(actual) ? ExactFunctions.Ulps(actual, exact(input), dtype)
        : ExactFunctions.Ulps(dtype == DType.Float64 ? double.MaxValue : float.MaxValue, exact(input), dtype) <= 0.5 || Overflows(exact(input), dtype)
            ? 0 : double.PositiveInfinity;

    private static bool Overflows(BigInteger exact, DType dtype) =>
        BigInteger.Abs(exact) > ExactFunctions.Of(dtype == DType.Float64 ? double.MaxValue : float.MaxValue);

    // around every power of two, multiples of π/2, and evenly, all within the range and of the type
    private static double[] Inputs(double low, double high, DType dtype)
    {
        var random = new Random(11);
        var inputs = new List<double> { 6381956970095103 * Math.ScaleB(1, 797), 5.319372648326541416707296656673541083813475031793921822105998164685e255 };
        for (int exponent = -1074; exponent < 1024; exponent += exponent is > -60 and < 60 ? 2 : 29)
        {
            double power = Math.ScaleB(1 + random.NextDouble(), exponent);
            inputs.AddRange([power, -power]);
        }

        for (int k = 1; k < 100; k++)
        {
            int quarters = k < 40 ? k : random.Next(1 << 26);
            double angle = quarters * (Math.PI / 2);
            inputs.AddRange([angle, -Math.BitIncrement(angle), MathF.BitDecrement((float)angle)]);
            inputs.Add((random.NextDouble() - 0.5) * 40);
            inputs.Add(random.NextDouble() * 2 - 1);
        }

        inputs.AddRange([0.5, -0.5, Math.BitDecrement(0.5), 0.41421356237309503, 2.414213562373095, 0.625, 1, -1, 700, 700.5, -708.5, 709.5]);
        inputs.AddRange([1 << 24, 16777217, Math.BitIncrement(16777216)]);
        return [.. inputs.Select(x => dtype == DType.Float64 ? x : (float)x).Where(x => x >= low && x <= high && double.IsFinite(x))];
    }
}
