using System.Reflection;

namespace Hyperdiff.Tests.Tensors;

/// <summary>Every public method of tensors, called with what does not fit: the answer is a result or an error of the library that names the operation, never an
/// accident inside.</summary>
public sealed class WrongInputTests
{
    private static readonly string[] s_axes = ["axis", "first", "last", "second", "source", "destination"];

    /// <summary>What an operation is called in errors, where it is another one with its operands exchanged, or what it is made of.</summary>
    private static readonly Dictionary<string, string[]> s_names = new(StringComparer.Ordinal)
    {
        ["op_Addition"] = ["Add"],
        ["op_Subtraction"] = ["Subtract"],
        ["op_Multiply"] = ["Multiply"],
        ["op_Division"] = ["Divide"],
        ["op_UnaryNegation"] = ["Negate"],
        ["op_LessThan"] = ["Less"],
        ["op_GreaterThan"] = ["Less"],
        ["op_LessThanOrEqual"] = ["LessOrEqual"],
        ["op_GreaterThanOrEqual"] = ["LessOrEqual"],
        ["op_BitwiseAnd"] = ["And"],
        ["op_BitwiseOr"] = ["Or"],
        ["op_LogicalNot"] = ["Not"],
        ["Greater"] = ["Less"],
        ["GreaterOrEqual"] = ["LessOrEqual"],
        ["NotEqual"] = ["Equal"],
        ["TakeRows"] = ["Take"],
        ["Mod"] = ["Modulo"],
        ["Pow"] = ["Power"],
        ["Slice"] = ["Index"],
        ["Gather"] = ["Take"],
        ["Dot"] = ["MatMul"],
        ["Outer"] = ["Multiply"],
    };

    private static readonly Type[] s_offered = [typeof(Tensor), typeof(int), typeof(double), typeof(bool), typeof(DType), typeof(Shape), typeof(Axes),
        typeof(Axes?), typeof(Padding), typeof(Convolution)];

    // what reads one element is in a state that does not allow it, and says so; it has tests of its own
    private static readonly string[] s_readers = ["ToString", "Read", "ToScalar", "get_IsTrue", "op_True", "op_False"];

    /// <summary>All methods whose arguments can be made up here.</summary>
    private static readonly MethodInfo[] s_methods =
    [
        .. typeof(Tensor).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(method => !method.ContainsGenericParameters && method.GetParameters().All(parameter => s_offered.Contains(parameter.ParameterType))
                && !s_readers.Contains(method.Name)),
    ];

    [Fact]
    public void Sweep_ReachesTheOperations() => Assert.True(s_methods.Length > 150, $"{s_methods.Length}");

    [Fact]
    public void AxisOutOfRange_IsAnErrorThatNamesTheOperation() => AssertNone(
        from method in s_methods
        from parameter in method.GetParameters()
        where s_axes.Contains(parameter.Name) && parameter.ParameterType == typeof(int)
        from axis in new[] { 7, -8 }
        let outcome = Call(method, Sample(DType.Float64, [2, 3]), Sample(DType.Float64, [2, 3]), (parameter, axis))
        where outcome is null || !Names(outcome, method)
        select Described(method, outcome));

    [Fact]
    public void ShapesThatDoNotFit_AreAnErrorThatNamesTheOperation_AndBothShapes() => AssertNone(
        from method in s_methods
        where method.GetParameters().Any(parameter => parameter.ParameterType == typeof(Tensor)) && Operands(method) > 1
            && !method.Name.EndsWith("Like", StringComparison.Ordinal)
        let outcome = Call(method, Sample(DType.Float64, [2, 3]), Sample(DType.Float64, [4, 5]))
        where outcome is null || !Names(outcome, method)
        select Described(method, outcome));

    [Theory]
    [InlineData(DType.Bool)]
    [InlineData(DType.Int32)]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void TypesAndShapes_OfAnyKind_GiveAResultOrAnErrorThatNamesTheOperation(DType dtype) => AssertNone(
        from method in s_methods
        from shape in new int[][] { [2, 3], [], [0], [0, 3], [1] }
        from other in new[] { dtype, DType.Int32, DType.Float64 }
        let outcome = Call(method, Sample(dtype, shape), Sample(other, shape))
        where outcome is not null && !Names(outcome, method)
        select $"{dtype} [{string.Join(", ", shape)}] {other}: {Described(method, outcome)}");

    [Fact]
    public void NullTensor_IsAnArgumentNullException() => AssertNone(
        from method in s_methods
        where method.GetParameters().Any(parameter => parameter.ParameterType == typeof(Tensor))
        let outcome = Call(method, Sample(DType.Float64, [2, 3]), null)
        where outcome is not ArgumentNullException
        select Described(method, outcome));

    // the whole list, which Assert.Empty would cut
    private static void AssertNone(IEnumerable<string> accidents) => Assert.True(!accidents.Any(), string.Concat(accidents.Distinct()));

    private static int Operands(MethodInfo method) =>
        method.GetParameters().Count(parameter => parameter.ParameterType == typeof(Tensor)) + (method.IsStatic ? 0 : 1);

    private static Tensor Sample(DType dtype, int[] shape) => Tensor.Ones(new Shape(shape), dtype);

    private static Exception? Call(MethodInfo method, Tensor first, Tensor? others, (ParameterInfo Parameter, int Value)? axis = null)
    {
        bool isFirst = method.IsStatic;
        object?[] arguments = [.. method.GetParameters().Select(parameter => Argument(parameter))];
        try
        {
            method.Invoke(method.IsStatic ? null : first, arguments);
            return null;
        }
        catch (TargetInvocationException wrapped)
        {
            return wrapped.InnerException;
        }

        object? Argument(ParameterInfo parameter)
        {
            if (axis is var (wrong, value) && wrong == parameter)
            {
                return value;
            }

            if (parameter.ParameterType == typeof(Tensor))
            {
                bool takesFirst = isFirst && others is not null;
                isFirst = false;
                return takesFirst ? first : axis is not null && parameter.Name == "indices" ? Tensor.Zeros(first.Shape, DType.Int32) : others;
            }

            return parameter.HasDefaultValue ? parameter.DefaultValue : parameter.ParameterType switch
            {
                var type when type == typeof(int) => parameter.Name!.Contains("axis", StringComparison.OrdinalIgnoreCase) ? 0 : 1,
                var type when type == typeof(double) => 1.0,
                var type when type == typeof(bool) => false,
                var type when type == typeof(DType) => DType.Float64,
                var type when type == typeof(Shape) => new Shape(2, 3),
                _ => new Axes(1),
            };
        }
    }

    private static bool Names(Exception outcome, MethodInfo method) =>
        outcome is ShapeMismatchException or DTypeMismatchException or ArgumentException &&
        s_names.GetValueOrDefault(method.Name, [method.Name]).Append(method.Name).Any(name => outcome.Message.Contains(name, StringComparison.Ordinal));

    private static string Described(MethodInfo method, Exception? outcome) =>
        $"{method}: {(outcome is null ? "a result" : $"{outcome.GetType().Name}: {outcome.Message}")}\n";
}
