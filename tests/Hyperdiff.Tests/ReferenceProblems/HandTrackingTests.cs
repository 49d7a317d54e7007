namespace Hyperdiff.Tests.ReferenceProblems;

/// <summary>Tracking a hand, as ADBench has it: two vertices that follow a wrist and two fingers through chains of rotations, against the points where they
/// were seen.</summary>
/// <remarks>
/// A bone's transform is that of its parent times its own at rest times R_z R_x; a vertex is the weighted mean of where its bones take it; the hand as a whole
/// turns by an axis times an angle and moves. Source: as in
/// <see cref="Fixtures.ReferenceProblems.GaussianMixture"/>;
/// points, pose, residuals and Jacobian as published with ADBench (data/hand/test.txt and its tests), with the tolerance
/// stated there.
/// </remarks>
public sealed class HandTrackingTests
{
    private const double PublishedTolerance = 1e-8;

    // rotation and translation of the hand, then of each finger: two angles of its second bone, one of its third, one of its last
    private static readonly Tensor s_pose = Tensor.From(
    [
        -0.521279, 0.574219, -2.325136, 0.662708, -1.038322, -1.499699,
        -0.242741, -1.718485, -0.662177, 0.946201, 0.398853, 0.815052, -0.109405, 1.285804, 0.036427, -0.658684,
        0.635663, -1.363394, -0.533928, -0.133218, -0.698012, -0.933770, 0.398038, 2.107471, -1.058233, 0.204648,
    ]);

    private static readonly double[] s_residual =
        [1.65193147941611551e-01, -1.74542769272742593e-01, 1.54751161622253441e-01, -1.25651749731793605e-01, -4.25102935355075040e-02,
            -1.30665781132340175e-01];

    // in the rotation, the translation and the four angles of the one finger; all other derivatives are 0
    private static readonly double[,] s_jacobian =
    {
        { -1.955129593412827452e-02, 1.184213197364370439e-02, -1.081400434503667143e-02, -1, 0, 0, -2.215372991798553182e-02, 2.980232943547148072e-02,
            -8.897183847208387994e-03, -2.248878879166987636e-03 },
        { -6.810275763693779405e-03, 1.741087975807761520e-03, -6.547316551062684620e-02, 0, -1, 0, 1.426691754155922157e-02, 2.585199355653925585e-02,
            2.304126225374846047e-03, 3.098952303155120668e-03 },
        { -4.093596307087540853e-02, 2.578361653626874000e-02, 2.955292530682450663e-03, 0, 0, -1, -3.123509052797571184e-02, -9.404299746840498811e-03,
            -1.847531451058702021e-02, -3.092118804974577050e-04 },
        { -7.100320031434406709e-02, 5.148925789858702778e-02, -6.334088540673042667e-02, -1, 0, 0, -3.453268937682813650e-02, -1.954375955878870363e-02,
            -1.291026286306825102e-02, 1.997381824883618772e-03 },
        { -2.813469291411112988e-02, -4.505919774927713561e-02, -8.981892000868592352e-02, 0, -1, 0, 2.420245969624442925e-02, -1.843928141276340166e-02,
            9.766062458045527556e-03, -1.425709141204036792e-03 },
        { -2.544841367831558385e-02, 6.239817382340766272e-02, 2.074409026714367846e-02, 0, 0, -1, -3.106756929938888495e-03, 6.527405427944250361e-03,
            8.495535783899195795e-03, -4.354903199290739756e-04 },
    };

    [Fact]
    public void ResidualAndJacobian_AreThePublishedOnes_InBothModes()
    {
        double[] expected = Jacobian();

        Agreement.Near(s_residual, Residual(s_pose), PublishedTolerance);
        Agreement.Near(expected, Diff.JacobianForward(Residual, s_pose), PublishedTolerance);
        Agreement.Near(expected, Diff.JacobianReverse(Residual, s_pose), PublishedTolerance);
    }

    [Fact]
    public void HessianOfTheSquares_IsGaussNewtonPlusCurvature_InEveryMixOfModes()
    {
        Tensor Squares(Tensor pose) => 0.5 * Residual(pose).Square().Sum();
        Tensor hessian = Diff.Hessian(Squares, s_pose);
        Tensor reverse = Diff.JacobianReverse(x => Diff.Grad((Tensor pose) => Squares(pose), x), s_pose);
        Tensor jacobian = Diff.JacobianForward(Residual, s_pose);
        Tensor curvature = Diff.JacobianForward(x => Diff.Vjp((Tensor pose) => Residual(pose), x, Residual(s_pose)).Cotangent, s_pose);

        // chains of five rotations, each of a few dozen roundings
        double tolerance = Agreement.Roundings(500);
        Agreement.Near(hessian, reverse, tolerance);
        Agreement.Near(jacobian.Transpose().MatMul(jacobian) + curvature, hessian, tolerance);
    }

    private static double[] Jacobian()
    {
        var full = new double[6 * 26];
        for (int row = 0; row < 6; row++)
        {
            for (int column = 0; column < 10; column++)
            {
                int finger = row < 3 ? 22 : 18;
                full[(row * 26) + (column < 6 ? column : finger + column - 6)] = s_jacobian[row, column];
            }
        }

        return full;
    }

    private static Tensor Residual(Tensor pose)
    {
        Tensor little = Vertex(HandModel.LittleFinger, HandModel.LittleFingerAtRest, [0.5, 0.5],
            [-0.0705547109246254, 0.11775974929332733, 0.017376480624079704, 1], pose.Slice(0, 22, 26, 1));
        Tensor ring = Vertex(
            HandModel.RingFinger, HandModel.RingFingerAtRest, [0.6324824191226865, 0.3675175808773135],
            [-0.028208451345562935, 0.15042556822299957, -0.006833820138126612, 1], pose.Slice(0, 18, 22, 1));
        Tensor points = Tensor.From([0.889192, -1.224224, -1.372331, 0.599599, -1.148071, -1.730528]).Reshape(2, 3);
        Tensor turned = Tensor.Stack(0, little, ring).MatMul(Rotation(pose.Slice(0, 0, 3, 1)).Transpose());
        return (points - (turned + pose.Slice(0, 3, 6, 1))).Flatten();
    }

    // where the last two bones of a finger take a vertex
    private static Tensor Vertex(Tensor bones, Tensor atRest, double[] weights, double[] vertex, Tensor angles)
    {
        Tensor at = Square(HandModel.Wrist[0]).MatMul(Square(bones[0]));
        at = at.MatMul(Square(bones[1])).MatMul(Turn(angles[0], angles[1]));
        Tensor third = at.MatMul(Square(bones[2])).MatMul(Turn(angles[2], Tensor.Scalar(0)));
        Tensor last = third.MatMul(Square(bones[3])).MatMul(Turn(angles[3], Tensor.Scalar(0)));
        Tensor point = Tensor.From(vertex);
        Tensor position = (weights[0] * third.MatMul(Square(atRest[0])).MatMul(point)) + (weights[1] * last.MatMul(Square(atRest[1])).MatMul(point));
        return position.Slice(0, 0, 3, 1);
    }

    private static Tensor Square(Tensor rows) => Tensor.Concat(0, rows, Tensor.From(new double[,] { { 0, 0, 0, 1 } }));

    // R_z R_x
    private static Tensor Turn(Tensor x, Tensor z)
    {
        (Tensor one, Tensor none) = (Tensor.Scalar(1), Tensor.Scalar(0));
        Tensor aboutX = Tensor.Stack(0, one, none, none, none, none, x.Cos(), -x.Sin(), none, none, x.Sin(), x.Cos(), none, none, none, none, one)
            .Reshape(4, 4);
        Tensor aboutZ = Tensor.Stack(0, z.Cos(), -z.Sin(), none, none, z.Sin(), z.Cos(), none, none, none, none, one, none, none, none, none, one)
            .Reshape(4, 4);
        return aboutZ.MatMul(aboutX);
    }

    // R = cos θ I + sin θ [n]× + (1 − cos θ) n nᵀ
    private static Tensor Rotation(Tensor r)
    {
        Tensor angle = r.Norm();
        Tensor n = r / angle;
        Tensor none = Tensor.Scalar(0);
        Tensor cross = Tensor.Stack(0, none, -n[2], n[1], n[2], none, -n[0], -n[1], n[0], none).Reshape(3, 3);
        return (angle.Cos() * Tensor.Eye(3)) + (angle.Sin() * cross) + ((1 - angle.Cos()) * n.Outer(n));
    }
}
