using System.Reflection;
using Hyperdiff.Graphs;

namespace Hyperdiff.Tests.Formalities;

/// <summary>
/// What every public function does with NaN, infinities, negative numbers, the smallest integer and null: it refuses them by an exception about its arguments
/// that names the one, or the list
/// below says why it takes them. Found by reflection, so that a new function is tried without a line here.
/// </summary>
public sealed class BadArgumentTests
{
    /// <summary>What is accepted: a part of <c>Type.Member(parameter)</c>, with the reason.</summary>
    private static readonly (string Where, string Why)[] s_accepted =
    [
        ("Tensor.Full(value)", "numbers of tensors are any numbers"),
        ("Tensor.Scalar(value)", "numbers of tensors are any numbers"),
        ("Tensor.Pow(exponent)", "numbers of tensors are any numbers"),
        ("Tensor.Where(", "numbers of tensors are any numbers"),
        ("Tensor.Less(other)", "numbers of tensors are any numbers"),
        ("Tensor.LessOrEqual(other)", "numbers of tensors are any numbers"),
        ("Tensor.Greater(other)", "numbers of tensors are any numbers"),
        ("Tensor.GreaterOrEqual(other)", "numbers of tensors are any numbers"),
        ("Tensor.Equal(other)", "numbers of tensors are any numbers"),
        ("Tensor.NotEqual(other)", "numbers of tensors are any numbers"),
        ("Tensor.Maximum(other)", "numbers of tensors are any numbers"),
        ("Tensor.Minimum(other)", "numbers of tensors are any numbers"),
        ("Tensor.Mod(divisor)", "numbers of tensors are any numbers"),
        ("Tensor.Clamp(", "an end may be infinite, and negative"),
        ("Tensor.Pad(value)", "numbers of tensors are any numbers"),
        ("Tensor.LeakyRelu(slope)", "a slope may be negative"),
        ("Tensor.Elu(alpha)", "a factor may be negative"),
        ("Proximal.Box(low)", "an end may be infinite, and negative"),
        ("Proximal.Box(high)", "an end may be infinite"),
        ("axis)", "−1 is the last axis"),
        ("Tensor.Flatten(", "−1 is the last axis"),
        ("Tensor.Transpose(", "−1 is the last axis"),
        ("Tensor.MoveAxis(", "−1 is the last axis"),
        ("Tensor.Roll(shift)", "every number of places is a rotation"),
        ("Tensor.Diagonal(offset)", "a diagonal that is not there is empty"),
        ("Tensor.DiagonalMatrix(offset)", "below the main diagonal"),
        ("Tensor.Tril(diagonal)", "a diagonal that is not there keeps all or nothing"),
        ("Tensor.Triu(diagonal)", "a diagonal that is not there keeps all or nothing"),
        ("RandomKey.FromSeed(seed)", "every number is a seed"),
        ("RandomKey.Fold(data)", "every number is a place in the stream"),
        ("RandomKey.Integers(low)", "numbers may be negative"),
        ("RandomKey.Uniform(low)", "numbers may be negative"),
        ("RandomKey.TruncatedNormal(low)", "an end may be infinite, and negative"),
        ("RandomKey.TruncatedNormal(high)", "an end may be infinite"),
        ("Schedule.Constant(value)", "what a negative number means depends on the rule that takes it, which refuses it"),
        ("Baseline.Constant(value)", "a baseline may be negative"),
        ("ConstantBaseline(Value)", "a baseline may be negative"),
        ("StepDerivative.Scaled(scale)", "a scale may be negative"),
        ("ScaledStep(Scale)", "a scale may be negative"),
        ("VectorSpace.Scale(scalar)", "numbers of tensors are any numbers"),
        ("Tree.", "a name may be anything"),
        ("Stop.ValueBelow(value)", "an objective may be negative"),
        ("StepRecord", "a message, made by loops"),
        ("ErrorInterval", "an unknown error is NaN or infinite"),
        ("UniformStorage", "numbers of tensors are any numbers"),
        ("SolveProgress(", "a message, made by solvers"),
        ("DescentCondition(", "a message, made by descents"),
        ("DescentProgress(", "a message, made by descents"),
        ("SolveReport", "a message, made by solvers"),
        ("OracleCounts(", "a message, made by descents"),
        ("HypergradientWarning(", "a message, made by methods"),
        ("CheckedDerivative(", "a message, made by checks"),
        ("MixedProductReport(", "a message, made by products"),
        ("ExplainedMethod(", "a message, made by explanations"),
        ("TensorIndex", "a position may count from the end"),
        ("Tensor.LpNorm(power)", "infinity is the greatest absolute value"),
        ("LeafWriter(", "a message from a tree to what takes it apart, made by generated code"),
        ("Leaf(", "a message from a tree to what takes it apart"),
        ("LoopItems(", "a message between loops and batches"),
    ];

    /// <summary>Types that are made by the library alone, or whose owner is a part with tests of its own.</summary>
    private static readonly Func<Type, bool>[] s_passedOver =
    [
        type => typeof(Primitive).IsAssignableFrom(type),
        type => typeof(Exception).IsAssignableFrom(type),
        type => type.Namespace is "Hyperdiff.Graphs" or "Hyperdiff.Transforms" or "Hyperdiff.Backends"
            || type.Namespace!.StartsWith("Hyperdiff.Backends", StringComparison.Ordinal),
        type => typeof(LinearSolver).IsAssignableFrom(type) || type == typeof(LinearOperator) || typeof(Preconditioner).IsAssignableFrom(type)
            || type == typeof(Tolerance) || typeof(ErrorBounds).IsAssignableFrom(type),
        type => type.IsGenericTypeDefinition || type == typeof(Diff) || type.IsEnum,
    ];

    public static TheoryData<string> Types => new(Public().Select(type => type.FullName!));

    [Theory]
    [MemberData(nameof(Types))]
    public void BadArguments_AreRefusedByName(string type)
    {
        string[] wrong = [.. Members(typeof(Tensor).Assembly.GetType(type)!).SelectMany(Probe)];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void MostFunctions_AreTried()
    {
        int tried = Public().SelectMany(Members).Count(CanBeTried);
        Assert.True(tried > 200, $"{tried}");
    }

    /// <summary>With <c>with</c>, and by an initializer, as by the constructor.</summary>
    [Theory]
    [MemberData(nameof(Types))]
    public void BadValuesOfProperties_AreRefusedByName(string name)
    {
        Type type = typeof(Tensor).Assembly.GetType(name)!;
        ConstructorInfo? constructor = type.GetConstructors().FirstOrDefault(CanBeTried);
        if (type.IsAbstract || constructor is null || constructor.GetParameters().Length == 0)
        {
            return;
        }

        var wrong = new List<string>();
        foreach (PropertyInfo property in type.GetProperties().Where(property => property.SetMethod is not null && property.PropertyType != typeof(Tolerance)))
        {
            foreach (object? bad in ArgumentSamples.Bad(property.SetMethod!.GetParameters()[0]))
            {
                object instance = constructor.Invoke([.. constructor.GetParameters().Select(ArgumentSamples.For)]);
                Judge($"{type.Name}({property.Name})", property.Name, bad, () => property.SetMethod.Invoke(instance, [bad]), wrong);
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static IEnumerable<Type> Public() =>
        typeof(Tensor).Assembly.GetExportedTypes().Where(type => !type.IsNested && !s_passedOver.Any(passes => passes(type)));

    private static IEnumerable<MethodBase> Members(Type type) =>
    [
        .. type.IsAbstract ? [] : type.GetConstructors(),
        .. type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => !method.IsSpecialName && !method.Name.StartsWith('<')
                && method.Name is not ("Equals" or "ToString" or "GetHashCode" or "Deconstruct"))
            .Select(Closed).OfType<MethodInfo>(),
    ];

    // of a generic function the one of tensors
    private static MethodInfo? Closed(MethodInfo method)
    {
        if (!method.IsGenericMethodDefinition)
        {
            return method;
        }

        try
        {
            bool unmanaged = method.GetGenericArguments()
                .Any(argument => argument.GenericParameterAttributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint));
            return method.MakeGenericMethod([.. method.GetGenericArguments().Select(_ => unmanaged ? typeof(double) : typeof(Tensor))]);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool CanBeTried(MethodBase member) =>
        member.GetParameters().All(parameter => ArgumentSamples.Has(parameter) && !parameter.ParameterType.IsByRef && !parameter.ParameterType.IsByRefLike)
        && (member.IsStatic || member is ConstructorInfo || member.DeclaringType == typeof(Tensor) || member.DeclaringType == typeof(RandomKey));

    private static IEnumerable<string> Probe(MethodBase member)
    {
        var wrong = new List<string>();
        if (!CanBeTried(member))
        {
            return wrong;
        }

        ParameterInfo[] parameters = member.GetParameters();
        for (int i = 0; i < parameters.Length; i++)
        {
            foreach (object? bad in ArgumentSamples.Bad(parameters[i]))
            {
                object?[] arguments = [.. parameters.Select(ArgumentSamples.For)];
                arguments[i] = bad;
                string where =
                    $"{(member is ConstructorInfo ? member.DeclaringType!.Name : $"{member.DeclaringType!.Name}.{member.Name}")}({parameters[i].Name})";
                Judge(where, parameters[i].Name!, bad, () => Call(member, arguments), wrong);
            }
        }

        return wrong;
    }

    private static void Call(MethodBase member, object?[] arguments)
    {
        object? target = member.IsStatic || member is ConstructorInfo ? null
            : member.DeclaringType == typeof(RandomKey) ? RandomKey.FromSeed(1)
            : Tensor.From(new double[,] { { 0.5, 0.25 }, { 0.125, 0.5 } });
        _ = member is ConstructorInfo constructor ? constructor.Invoke(arguments) : member.Invoke(target, arguments);
    }

    private static void Judge(string where, string parameter, object? bad, Action call, List<string> wrong)
    {
        bool accepted = s_accepted.Any(
            accepted => where.Contains(accepted.Where, StringComparison.Ordinal)
                && (bad is not null || accepted.Why.StartsWith("a message", StringComparison.Ordinal)));
        try
        {
            call();
            if (!accepted)
            {
                wrong.Add($"{where} takes {bad ?? "null"}");
            }
        }
        catch (TargetInvocationException thrown) when (thrown.InnerException is { } exception)
        {
            // a leaf is named as in the problem, w or λ
            bool named = exception is ArgumentNullException { ParamName: "w" or "λ" } || exception is ArgumentException argument
                && ((argument.ParamName ?? string.Empty).Equals(parameter, StringComparison.OrdinalIgnoreCase) || exception is ShapeMismatchException
                    || exception.Message.Contains(parameter, StringComparison.OrdinalIgnoreCase) || bad is int);
            if (!named && exception is not (DTypeMismatchException or ShapeMismatchException))
            {
                wrong.Add($"{where} with {bad ?? "null"}: {exception.GetType().Name} {exception.Message.Split('\n')[0]}");
            }
        }
    }
}
