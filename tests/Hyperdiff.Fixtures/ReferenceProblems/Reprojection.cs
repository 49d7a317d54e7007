namespace Hyperdiff.Fixtures.ReferenceProblems;

/// <summary>The reprojection error of bundle adjustment, as ADBench has it: a rotation by an axis times an angle, a perspective division, a radial
/// distortion.</summary>
/// <remarks>A camera is (rotation r, centre C, focal length f, principal point x₀, radial coefficients κ). Source: as in
/// <see cref="GaussianMixture"/>.</remarks>
public static class Reprojection
{
    /// <summary>How many numbers make a camera.</summary>
    public const int Camera = 11;

    /// <summary>w (project(camera, point) − feature).</summary>
    /// <param name="at">The camera, then the point X, then the weight w, of shape [15].</param>
    /// <param name="feature">Where the point was seen, of shape [2].</param>
    public static Tensor Error(Tensor at, Tensor feature) => Error(at, feature, Rotate);

    /// <summary>The same with another formula of the rotation.</summary>
    /// <param name="at">The camera, then the point X, then the weight w, of shape [15].</param>
    /// <param name="feature">Where the point was seen, of shape [2].</param>
    /// <param name="rotate">From r and a vector to the vector turned.</param>
    public static Tensor Error(Tensor at, Tensor feature, Func<Tensor, Tensor, Tensor> rotate)
    {
        Tensor turned = rotate(at.Slice(0, 0, 3, 1), at.Slice(0, Camera, Camera + 3, 1) - at.Slice(0, 3, 6, 1));
        Tensor flat = turned.Slice(0, 0, 2, 1) / turned[2];
        Tensor square = flat.Square().Sum();
        Tensor distorted = flat * (1 + (at[9] * square) + (at[10] * square * square));
        return at[Camera + 3] * ((distorted * at[6]) + at.Slice(0, 7, 9, 1) - feature);
    }

    /// <summary>a × b.</summary>
    /// <param name="a">a, of shape [3].</param>
    /// <param name="b">b, of shape [3].</param>
    public static Tensor Cross(Tensor a, Tensor b) => Tensor.Stack(
        0, (a[1] * b[2]) - (a[2] * b[1]), (a[2] * b[0]) - (a[0] * b[2]), (a[0] * b[1]) - (a[1] * b[0]));

    // Rodrigues' formula
    private static Tensor Rotate(Tensor r, Tensor x)
    {
        Tensor square = r.Square().Sum();
        Tensor angle = square.Sqrt();
        Tensor axis = r / angle;
        Tensor turned = (x * angle.Cos()) + (Cross(axis, x) * angle.Sin()) + (axis * (axis.Dot(x) * (1 - angle.Cos())));
        return Tensor.Where(square > 0, turned, x + Cross(r, x));
    }
}
