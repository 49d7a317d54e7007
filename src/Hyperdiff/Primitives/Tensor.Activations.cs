using System.Runtime.CompilerServices;

namespace Hyperdiff;

public sealed partial class Tensor
{
    /// <summary>1/(1 + e⁻ˣ) of every element, without overflow.</summary>
    public Tensor Sigmoid() => Primitives.Sigmoid.Instance.Of(this);

    /// <summary>ln(1 + eˣ) of every element, without overflow.</summary>
    public Tensor Softplus() => Primitives.Softplus.Instance.Of(this);

    /// <summary>ln sigmoid(x) = −softplus(−x) of every element, without overflow.</summary>
    public Tensor LogSigmoid() => -(-Floating()).Softplus();

    /// <summary>The positive part of every element; the derivative at 0 is 0.</summary>
    public Tensor Relu() => Where(AtMost(0), 0, this);

    /// <summary>x for positive elements, a multiple of x for the others. The derivative at 0 is that of the others.</summary>
    /// <param name="slope">The factor.</param>
    public Tensor LeakyRelu(double slope = 0.01) => Where(Floating().AtMost(0), Allowed.Finite(slope) * this, this);

    /// <summary>x for positive elements, α (eˣ − 1) for the others. The derivative at 0 is α.</summary>
    /// <param name="alpha">α: minus the limit at −∞.</param>
    public Tensor Elu(double alpha = 1)
    {
        _ = Allowed.Finite(alpha);
        Tensor negative = Floating().AtMost(0);

        // the exponential of a large positive element would overflow in the branch that is not taken
        return Where(negative, alpha * Where(negative, this, 0).Expm1(), this);
    }

    /// <summary>x sigmoid(x) of every element, also known as swish; 0 at −∞.</summary>
    public Tensor Silu() => Primitives.Silu.Instance.Of(this);

    /// <summary>x Φ(x) of every element, with the distribution function Φ of the normal distribution; 0 at −∞.</summary>
    public Tensor Gelu() => Primitives.Gelu.Instance.Of(this);

    /// <summary>The approximation <c>x/2 (1 + tanh(√(2/π) (x + 0.044715 x³)))</c> of <see cref="Gelu"/>, to within 5·10⁻⁴.</summary>
    /// <remarks>Source: Hendrycks and Gimpel (2016), "Gaussian error linear units", arXiv:1606.08415, section 2.</remarks>
    public Tensor GeluTanh()
    {
        // (1 + tanh z)/2 = sigmoid(2z), which keeps its digits where tanh z is near −1; beyond ±64 it is 0 or 1 in both types, and the cube could overflow
        Tensor x = FloatingFactor(), bounded = Clamp(-64, 64);
        return x * (2 * Math.Sqrt(2 / Math.PI) * (bounded + (0.044715 * bounded.Pow(3)))).Sigmoid();
    }

    /// <summary>e^(xᵢ) / Σ e^(xⱼ) along an axis: positive, with sum 1. Every slice is shifted by its own maximum, so nothing overflows.</summary>
    /// <param name="axis">The axis along which the results sum to 1.</param>
    public Tensor Softmax(int axis = -1) => new Primitives.Softmax(Shape.Axis(axis, nameof(Softmax))).Of(this);

    /// <summary>ln softmax along an axis, without taking the logarithm of an underflow.</summary>
    /// <param name="axis">The axis along which the exponentials sum to 1.</param>
    public Tensor LogSoftmax(int axis = -1) => new Primitives.LogSoftmax(Shape.Axis(axis, nameof(LogSoftmax))).Of(this);

    /// <summary>ln Σ e^(xⱼ) along an axis, without overflow: −∞ where all elements are −∞.</summary>
    /// <param name="axis">The axis that is summed over.</param>
    /// <param name="keepAxis">Whether the axis stays, with size 1.</param>
    public Tensor LogSumExp(int axis = -1, bool keepAxis = false)
    {
        Tensor result = new Primitives.LogSumExp(Shape.Axis(axis, nameof(LogSumExp))).Of(this);
        return keepAxis ? result : result.Squeeze(axis);
    }

    // −∞ · 0 is not a number, but such products have the limit 0
    private Tensor FloatingFactor([CallerMemberName] string operation = "")
    {
        Floating(operation);
        return Where(Equals(double.NegativeInfinity, string.Empty), 0, this);
    }
}
