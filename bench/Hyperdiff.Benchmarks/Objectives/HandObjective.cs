using static Hyperdiff.Benchmarks.Objectives.ObjectiveNumbers;

namespace Hyperdiff.Benchmarks.Objectives;

/// <summary>ADBench's hand with five fingers of four bones at once, whose bones and vertices are drawn: what it costs does not depend on them.</summary>
internal static class HandObjective
{
    private const int Fingers = 5;
    private const int Bones = 4;

    /// <summary>The pose (rotation and translation of the hand, four angles of each finger), then the data of <see cref="Residual"/>.</summary>
    public static Tensor[] Numbers(int vertices, DType dtype)
    {
        Tensor weights = Uniform(DType.Float64, 22, Fingers * Bones, vertices);
        Tensor[] numbers =
        [
            Normal(DType.Float64, 20, 6 + (4 * Fingers)), Transforms(21, 1)[0], Transforms(23, Fingers * Bones).Reshape(Fingers, Bones, 4, 4),
            Transforms(24, Fingers * Bones), weights / weights.Sum(0),
            Tensor.Concat(1, Normal(DType.Float64, 25, vertices, 3), Tensor.Ones([vertices, 1])), Normal(DType.Float64, 26, vertices, 3),
        ];
        return [.. numbers.Select(tensor => tensor.To(dtype))];
    }

    /// <summary>Where the points were seen less where the pose takes the vertices, one number after the other.</summary>
    /// <param name="pose">The pose, of shape [26].</param>
    /// <param name="data">The wrist [4, 4]; the bones relative to their parents [fingers, bones, 4, 4]; from the hand to the bones at rest [all bones, 4, 4];
    /// the weights of the bones for each vertex [all bones, vertices]; vertices [vertices, 4]; points [vertices, 3].</param>
    public static Tensor Residual(Tensor pose, Tensor[] data)
    {
        (Tensor wrist, Tensor bones, Tensor rest) = (data[0], data[1], data[2]);
        Tensor angles = pose[6..].Reshape(Fingers, 4), none = Tensor.Zeros([Fingers], pose.DType);
        Tensor knuckle = wrist.MatMul(Bone(0));
        Tensor second = knuckle.MatMul(Bone(1)).MatMul(Turn(Angle(0), Angle(1)));
        Tensor third = second.MatMul(Bone(2)).MatMul(Turn(Angle(2), none));
        Tensor last = third.MatMul(Bone(3)).MatMul(Turn(Angle(3), none));
        Tensor transforms = Tensor.Stack(1, knuckle, second, third, last).Reshape(Fingers * Bones, 4, 4).MatMul(rest);
        Tensor blended = data[3].Transpose().MatMul(transforms[.., ..3, ..].Reshape(Fingers * Bones, 12)).Reshape(data[4].Shape[0], 3, 4);
        Tensor moved = (blended * data[4].Unsqueeze(1)).Sum(2);
        return (data[5] - (moved.MatMul(Rotation(pose[..3]).Transpose()) + pose[3..6])).Flatten();

        Tensor Bone(int i) => bones[.., i];

        Tensor Angle(int i) => angles[.., i];
    }

    // R_z R_x of all fingers
    private static Tensor Turn(Tensor x, Tensor z)
    {
        (Tensor one, Tensor none) = (Tensor.OnesLike(x), Tensor.ZerosLike(x));
        Tensor aboutX = Tensor.Stack(1, one, none, none, none, none, x.Cos(), -x.Sin(), none, none, x.Sin(), x.Cos(), none, none, none, none, one);
        Tensor aboutZ = Tensor.Stack(1, z.Cos(), -z.Sin(), none, none, z.Sin(), z.Cos(), none, none, none, none, one, none, none, none, none, one);
        return aboutZ.Reshape(Fingers, 4, 4).MatMul(aboutX.Reshape(Fingers, 4, 4));
    }

    private static Tensor Rotation(Tensor r)
    {
        Tensor angle = r.Norm(), n = r / angle, none = Tensor.Scalar(0, r.DType);
        Tensor cross = Tensor.Stack(0, none, -n[2], n[1], n[2], none, -n[0], -n[1], n[0], none).Reshape(3, 3);
        return (angle.Cos() * Tensor.Eye(3, r.DType)) + (angle.Sin() * cross) + ((1 - angle.Cos()) * n.Outer(n));
    }

    private static Tensor Transforms(int seed, int count) => Tensor.Concat(
        1, 0.5 * Normal(DType.Float64, seed, count, 3, 4), Tensor.From([0.0, 0, 0, 1]).Reshape(1, 1, 4).BroadcastTo([count, 1, 4]));
}
