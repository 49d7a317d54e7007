using Hyperdiff.Fixtures.ReferenceProblems;

namespace Hyperdiff.Tests.ReferenceProblems;

/// <summary>ADBench's character model, of two layers.</summary>
/// <remarks>
/// The published instance is a text of a thousand characters; on this small one value and gradient were computed by complex
/// steps of 10⁻⁴⁰, which are exact
/// to rounding (Squire and Trapp, 1998, "Using complex variables to estimate derivatives of real functions").
/// </remarks>
public sealed class SequenceModelTests
{
    private const int Width = 3;
    private const int Layers = 2;
    private const int Length = 6;
    private const int MainCount = 2 * Layers * 4 * Width;

    private const double Value = 0.3667961353024677;

    // five steps of some fifty operations each
    private static readonly double s_tolerance = Agreement.Roundings(250);

    private static readonly double[] s_gradient =
    [
        0, -6.688747633101405e-06, -5.52818809978462e-06, -4.110672111196914e-06, 1.48086071176179e-06, 9.877432847137547e-05, 0, -1.1205256687423252e-05,
        -7.236724753647157e-06,
        -2.4932708158113134e-05, -1.1548477380670806e-05, -0.00016995802755903882, -3.0051114906806032e-05, -8.887488701403374e-06, -0.00023017834651725303,
        -3.3123800621468544e-05,
        2.3895037275844796e-06, -0.0003563907671454128, -6.205329164723113e-05, 4.794395184439212e-07, -0.0003127864868718313, -0.00020053160179596156,
        -3.166533129969336e-05,
        0.000614456127869624, -8.315021897691244e-05, -3.861341153810238e-06, 0.0020763177960110494, -0.00011163524580701142, 2.021453718084364e-05,
        0.003611019850135901,
        -0.00017650302919870574, 2.6397297218977008e-05, 0.0029454463562914508, -0.0005333898875243428, -0.0003607240166822643, -0.006196769351196264,
        -0.0006568104392602257,
        -0.0001424819310977375, -0.007758235366817695, -0.0007794254287126793, -9.266216574220779e-05, -0.012525352816592538, -0.0014018041302263824,
        -0.0002712474253240487,
        -0.011090573924487424, -0.0037151526803549557, 0.000965615028414817, 0.02152014701503203, 0, -8.683570737590812e-06, 5.116820551920383e-05,
        0.005214702377522383,
        0.000605643890357705, 0.04000924029097398, 0.03533583525519997, 0.002029487269345388, -0.14176261545167088,
    ];

    private static readonly Tensor s_at = Tensor.Concat(
        0, Numbers(MainCount, i => 0.6 * Math.Sin((1.3 * i) + 0.2)), Numbers(3 * Width, i => 0.8 * Math.Cos((0.7 * i) + 0.1)));

    private static readonly Tensor s_state = Numbers(2 * Layers * Width, i => 0.3 * Math.Sin((2.1 * i) + 0.5)).Reshape(2 * Layers, Width);

    private static readonly Tensor s_sequence = Numbers(Length * Width, i => ((i / Width * (i / Width)) + 1) % Width == i % Width ? 1 : 0)
        .Reshape(Length, Width);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ValueAndGradient_AreThoseOfComplexSteps(bool scanned)
    {
        Func<Tensor, Tensor> loss = scanned ? Scanned : Unrolled;
        ValueAndGradient<Tensor> actual = Diff.ValueAndGrad(loss, s_at);

        Assert.Equal(Value, actual.Value.ToScalar(), s_tolerance);
        Agreement.Near(s_gradient, actual.Gradient, s_tolerance);
        Agreement.Near(s_gradient, Diff.JacobianForward(loss, s_at), s_tolerance);
    }

    [Fact]
    public void Hessian_IsSymmetric_AndTheSameForTheLoopAndForItsSteps()
    {
        Tensor hessian = Diff.Hessian(Scanned, s_at);

        Agreement.Near(hessian, hessian.Transpose(), s_tolerance);
        Agreement.Near(hessian, Diff.Hessian(Unrolled, s_at), s_tolerance);
        Assert.True(hessian.Abs().Max().ToScalar() > 0.01);
    }

    private static Tensor Scanned(Tensor at) => CharacterModel.Loss(Weights(at).Main, Weights(at).Extra, s_state, s_sequence);

    private static Tensor Unrolled(Tensor at)
    {
        Tensor state = s_state;
        Tensor sum = Tensor.Scalar(0);
        for (int t = 0; t < Length - 1; t++)
        {
            (state, Tensor loss) = CharacterModel.Step(Weights(at), state, s_sequence[t], s_sequence[t + 1]);
            sum += loss;
        }

        return sum / ((Length - 1) * Width);
    }

    private static (Tensor Main, Tensor Extra) Weights(Tensor at) =>
        (at.Slice(0, 0, MainCount, 1).Reshape(2 * Layers, 4 * Width), at.Slice(0, MainCount, at.Count, 1).Reshape(3, Width));

    private static Tensor Numbers(int count, Func<int, double> element) => Tensor.From([.. Enumerable.Range(0, count).Select(element)]);
}
