using System.ComponentModel;

namespace Hyperdiff;

// F#'s own functions of mathematics (sin x, abs x, x ** 2.0) are resolved by static members of these names, and its + - * / convert no operand. The same
// operations stand as methods for C#, whose lists of members these are kept out of. There are none for float: C# would prefer them to double for a long,
// whose digits they would lose.
public sealed partial class Tensor
{
    /// <summary>|x|, element by element: <see cref="Abs()"/> as a function.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor Abs(Tensor x) => Allowed.Given(x).Abs();

    /// <summary>arccos x, element by element: <see cref="Acos()"/> as a function.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor Acos(Tensor x) => Allowed.Given(x).Acos();

    /// <summary>arcsin x, element by element: <see cref="Asin()"/> as a function.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor Asin(Tensor x) => Allowed.Given(x).Asin();

    /// <summary>arctan x, element by element: <see cref="Atan()"/> as a function.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor Atan(Tensor x) => Allowed.Given(x).Atan();

    /// <summary>⌈x⌉, element by element: <see cref="Ceiling()"/> as a function.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor Ceiling(Tensor x) => Allowed.Given(x).Ceiling();

    /// <summary>cos x, element by element: <see cref="Cos()"/> as a function.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor Cos(Tensor x) => Allowed.Given(x).Cos();

    /// <summary>cosh x, element by element: <see cref="Cosh()"/> as a function.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor Cosh(Tensor x) => Allowed.Given(x).Cosh();

    /// <summary>eˣ, element by element: <see cref="Exp()"/> as a function.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor Exp(Tensor x) => Allowed.Given(x).Exp();

    /// <summary>⌊x⌋, element by element: <see cref="Floor()"/> as a function.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor Floor(Tensor x) => Allowed.Given(x).Floor();

    /// <summary>ln x, element by element: <see cref="Log()"/> as a function.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor Log(Tensor x) => Allowed.Given(x).Log();

    /// <summary>log₁₀ x, element by element: <see cref="Log10()"/> as a function.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor Log10(Tensor x) => Allowed.Given(x).Log10();

    /// <summary>x to the nearest integer, ties to the even one, element by element: <see cref="Round()"/> as a function.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor Round(Tensor x) => Allowed.Given(x).Round();

    /// <summary>sin x, element by element: <see cref="Sin()"/> as a function.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor Sin(Tensor x) => Allowed.Given(x).Sin();

    /// <summary>sinh x, element by element: <see cref="Sinh()"/> as a function.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor Sinh(Tensor x) => Allowed.Given(x).Sinh();

    /// <summary>√x, element by element: <see cref="Sqrt()"/> as a function.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor Sqrt(Tensor x) => Allowed.Given(x).Sqrt();

    /// <summary>tan x, element by element: <see cref="Tan()"/> as a function.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor Tan(Tensor x) => Allowed.Given(x).Tan();

    /// <summary>tanh x, element by element: <see cref="Tanh()"/> as a function.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor Tanh(Tensor x) => Allowed.Given(x).Tanh();

    /// <summary>x without its fraction, element by element: <see cref="Truncate()"/> as a function.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor Truncate(Tensor x) => Allowed.Given(x).Truncate();

    /// <summary>The angle of the point (x, y) seen from the origin: <see cref="Atan2(Tensor)"/> as a function.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor Atan2(Tensor y, Tensor x) => Allowed.Given(y).Atan2(x);

    /// <summary>x to the power of an element; shapes broadcast: <see cref="Pow(Tensor)"/> as a function.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor Pow(Tensor x, Tensor exponent) => Allowed.Given(x).Pow(exponent);

    /// <summary>x to the power of a number: <see cref="Pow(double)"/> as a function.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor Pow(Tensor x, double exponent) => Allowed.Given(x).Pow(exponent);

    /// <inheritdoc cref="Pow(Tensor, double)"/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor Pow(Tensor x, int exponent) => Allowed.Given(x).Pow(exponent);

    /// <inheritdoc cref="operator +(Tensor, double)"/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor operator +(Tensor left, int right) => left + (double)right;

    /// <inheritdoc cref="operator +(double, Tensor)"/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor operator +(int left, Tensor right) => (double)left + right;

    /// <inheritdoc cref="operator -(Tensor, double)"/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor operator -(Tensor left, int right) => left - (double)right;

    /// <inheritdoc cref="operator -(double, Tensor)"/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor operator -(int left, Tensor right) => (double)left - right;

    /// <inheritdoc cref="operator *(Tensor, double)"/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor operator *(Tensor left, int right) => left * (double)right;

    /// <inheritdoc cref="operator *(double, Tensor)"/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor operator *(int left, Tensor right) => (double)left * right;

    /// <inheritdoc cref="operator /(Tensor, double)"/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor operator /(Tensor left, int right) => left / (double)right;

    /// <inheritdoc cref="operator /(double, Tensor)"/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor operator /(int left, Tensor right) => (double)left / right;
}
