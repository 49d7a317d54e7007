using Hyperdiff.Fixtures.ReferenceProblems;

namespace Hyperdiff.Tests.ReferenceProblems;

/// <summary>The reprojection error of bundle adjustment.</summary>
/// <remarks>
/// Instance, residuals and
/// Jacobian as published with ADBench (data/ba/test.txt and its tests), with the tolerance stated there, relative to the largest element.
/// </remarks>
public sealed class BundleAdjustmentTests
{
    private const double PublishedTolerance = 1e-8;

    private static readonly double[] s_camera = [1.797201, 0.590697, -0.635786, 90.859550, 29.361415, 28.777534, 211.628116, -0.284531, -14.762924,
        0.058931, 0.069976];

    // the camera, then the point X, then the weight
    private static readonly Tensor s_at = Tensor.From([.. s_camera, 4.173048, 5.586898, 1.403869, 0.417022]);
    private static readonly Tensor s_feature = Tensor.From([-525.672849, 161.811929]);

    private static readonly double[] s_residual = [-2.69048849235189402e-01, 2.59944792677901881e-01];

    private static readonly double[] s_jacobian =
    [
        2.28877202208246757e+02, 6.34574811495545418e+02, -7.82222866259340549e+02, 2.42892615607159668, -1.17828079628011313e+01, 2.54169312487743460,
        -1.03657084958518086, 4.17022e-01, 0,
        -3.50739521096005205e+02, -9.12107773668008576e+02, -2.42892615607159668, 1.17828079628011313e+01, -2.54169312487743460, -6.45167039712987389e-01,
        -1.20542435994996879e+02, -3.85673240766460424e+02, 9.75476291403326456e+01, -1.78372108529576567, 4.15466799433126077, 2.04025718029898906,
        3.49176397433145880e-01, 0, 4.17022e-01,
        1.18149147704414503e+02, 3.07250108960343255e+02, 1.78372108529576567, -4.15466799433126077, -2.04025718029898906, 6.23335921553064054e-01,
    ];

    [Fact]
    public void ResidualAndJacobian_AreThePublishedOnes_InBothModes()
    {
        Agreement.Near(s_residual, Error(s_at), PublishedTolerance);
        Agreement.Near(s_jacobian, Diff.JacobianForward(Error, s_at), PublishedTolerance * 1e3);
        Agreement.Near(s_jacobian, Diff.JacobianReverse(Error, s_at), PublishedTolerance * 1e3);
        Assert.Equal(8.26092651515999976e-01, (1 - s_at[Reprojection.Camera + 3].Square()).ToScalar(), PublishedTolerance);
    }

    [Fact]
    public void ABatchOfObservations_HasTheJacobianOfEach()
    {
        Tensor batch = Tensor.Stack(0, s_at, s_at * 1.01, s_at * 0.98);
        Tensor jacobians = Diff.Vmap((Tensor at) => Diff.JacobianReverse(Error, at), batch);
        for (int i = 0; i < 3; i++)
        {
            Tensor alone = Diff.JacobianReverse(Error, batch[i]);
            Agreement.Near(alone, jacobians[i], Agreement.Roundings(100) * alone.Abs().Max().ToScalar());
        }
    }

    [Fact]
    public void WithoutRotation_TheJacobianIsThatOfTheCrossProduct()
    {
        // at r = 0 the angle ‖r‖ has no derivative, and the branch of the general formula divides by it; R(r) X = X + r × X + O(‖r‖²)
        Tensor at = Tensor.Concat(0, Tensor.Zeros([3]), s_at.Slice(0, 3, s_at.Count, 1));
        Tensor expected = Diff.JacobianForward(x => Reprojection.Error(x, s_feature, (r, point) => point + Reprojection.Cross(r, point)), at);

        Agreement.Near(expected, Diff.JacobianForward(Error, at), Agreement.Roundings(100) * expected.Abs().Max().ToScalar());
        Agreement.Near(expected, Diff.JacobianReverse(Error, at), Agreement.Roundings(100) * expected.Abs().Max().ToScalar());
    }

    private static Tensor Error(Tensor at) => Reprojection.Error(at, s_feature);
}
