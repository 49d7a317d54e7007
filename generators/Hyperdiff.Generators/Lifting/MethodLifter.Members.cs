using Hyperdiff.Generators.Emission;
using Hyperdiff.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Lifting;

/// <content>Members, calls, and what makes values.</content>
internal sealed partial class MethodLifter
{
    private string Field(IFieldReferenceOperation field)
    {
        if (field.Instance is { } instance)
        {
            return LiftedTypes.KindOf(instance.Type!) is LiftedKind.Tuple or LiftedKind.Record
                ? $"{Receiver(instance)}.{TypeNames.Escape(field.Field.Name)}"
                : FromPlain(field, $"{Receiver(instance)}.{TypeNames.Escape(field.Field.Name)}");
        }

        if (!_program.IsAccessible(field.Field))
        {
            return Refused(field, $"{field.Field.ContainingType.Name}.{field.Field.Name} is not accessible where the lifted form stands; make it internal");
        }

        return FromPlain(field, $"{TypeNames.Qualified(field.Field.ContainingType)}.{TypeNames.Escape(field.Field.Name)}");
    }

    // a value that C# computes while the method is traced, as the lifted method holds it: an array is the same in every call
    private string FromPlain(IOperation operation, string value) => LiftedTypes.KindOf(operation.Type!) switch
    {
        LiftedKind.Numbers => $"call.Constant({value})",
        LiftedKind.Tuple when IsSame(operation.Type!) => value,
        LiftedKind.Array or LiftedKind.Tuple or LiftedKind.Record or LiftedKind.Function =>
            Refused(operation, "a value of this type that is not made here would have to be taken apart; pass it as a parameter"),
        _ => Wrap(operation.Type!, value),
    };

    private string Property(IPropertyReferenceOperation property)
    {
        IPropertySymbol symbol = property.Property;
        if (property.Instance is not { Type: { } holder } instance)
        {
            return symbol.GetMethod is { } getter && Calls.Of(getter) == CallKind.Lifted && _program.Body(getter) is not null ? Lifted(getter, [], property)
                : !_program.IsAccessible(symbol) ? Refused(property, $"{symbol.Name} is not accessible where the lifted form stands; make it internal")
                : FromPlain(property, $"{TypeNames.Qualified(symbol.ContainingType)}.{TypeNames.Escape(symbol.Name)}");
        }

        switch (LiftedTypes.KindOf(holder))
        {
            case LiftedKind.Numbers or LiftedKind.Array when symbol.Name is "Length" or "Rank":
                return Wrap(property.Type!, $"{Receiver(instance)}.{symbol.Name}");
            case LiftedKind.Record when TreeParser.Members((INamedTypeSymbol)holder, default).Any(member => member.Symbol.Name == symbol.Name):
                return $"{Receiver(instance)}.{TypeNames.Escape(symbol.Name)}";
            case LiftedKind.Record when symbol.GetMethod is { } getter && !symbol.IsVirtual && !symbol.IsOverride:
                return Lifted(getter, [instance, .. property.Arguments.Select(argument => argument.Value)], property);
            case LiftedKind.Tensor when symbol.Name == "IsTrue" && Dependence.Has(instance):
                return Refused(property, "it reads a value out of a tensor; choose by Tensor.Where");
            case LiftedKind.Plain or LiftedKind.Tensor:
                string arguments = property.Arguments.IsEmpty ? $".{TypeNames.Escape(symbol.Name)}"
                    : $"[{string.Join(", ", property.Arguments.Select(argument => Plain(argument.Value)))}]";
                return FromPlain(property, $"{Receiver(instance)}{arguments}");
            default:
                return Refused(property, $"{symbol.Name} has no form over tensors");
        }
    }

    private string Element(IArrayElementReferenceOperation element)
    {
        string array = Expression(element.ArrayReference);
        return LiftedTypes.KindOf(element.ArrayReference.Type!) == LiftedKind.Numbers
            ? $"call.Element({array}, {string.Join(", ", element.Indices.Select(index => Index(index, array)))})"
            : element.Indices.Length == 1
                ? Wrap(element.Type!, $"call.Element({array}, {Index(element.Indices[0], array)}, {Text(LiftedProgram.Brief(element.Syntax))})")
                : Refused(element, "an array of several axes holds numbers of type double here");
    }

    private string Index(IOperation index, string array) => Assigned.Bare(index) is IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat } fromEnd
        ? $"({array}.Length - {Expression(fromEnd.Operand)})"
        : LiftedTypes.KindOf(index.Type!) == LiftedKind.Integer ? Expression(index)
        : index.Type is { Name: "Range" } ? Refused(index, "a range of an array has no form over tensors; copy the elements in a loop")
        : $"(({LiftedNames.Integer})checked((int)({Expression(index)})))";

    private string Invocation(IInvocationOperation invocation)
    {
        IMethodSymbol method = invocation.TargetMethod;
        IOperation[] arguments = [.. invocation.Arguments.OrderBy(argument => argument.Parameter!.Ordinal).Select(argument => argument.Value)];
        switch (Calls.Of(method))
        {
            case CallKind.Function when method.Parameters[0].Type.SpecialType == SpecialType.System_Int32:
                return $"{LiftedNames.Integer}.{method.Name}({string.Join(", ", arguments.Select(Expression))})";
            case CallKind.Function when method.Name == "Log" && arguments.Length == 2:
                return arguments[1].ConstantValue is { HasValue: true, Value: > 0.0 and not 1.0 and not double.PositiveInfinity }
                    ? $"({LiftedNames.Number}.Log({Expression(arguments[0])}) / {LiftedNames.Number}.Log({Expression(arguments[1])}))"
                    : Refused(invocation, "the base of a logarithm is a constant here; write Math.Log(x) / Math.Log(b)");
            case CallKind.Function:
                return $"{LiftedNames.Number}.{method.Name}({string.Join(", ", arguments.Select(Expression))})";
            case CallKind.Local when method.MethodKind == MethodKind.LocalFunction:
                return $"f_{method.Name}({string.Join(", ", arguments.Select(Expression))})";
            case CallKind.Local:
                return $"{Receiver(invocation.Instance!)}.Invoke({string.Join(", ", arguments.Select(Expression))})";
            case CallKind.OfArray when method.Name == "GetLength":
                return Wrap(invocation.Type!, $"{Receiver(invocation.Instance!)}.GetLength({Plain(arguments[0])})");
            case CallKind.OfArray:
                return Refused(invocation, "a copy of an array has a type: (double[])a.Clone()");
            case CallKind.Lifted:
                return Lifted(method, invocation.Instance is { } self ? [self, .. arguments] : arguments, invocation);
            case CallKind.OfTensors:
                return OfTensors(method, invocation.Instance, arguments, invocation);
            default:
                return AsItIs(method, invocation.Instance, arguments, invocation);
        }
    }

    /// <summary>A call of a method whose body is lifted as well.</summary>
    private string Lifted(IMethodSymbol method, IOperation[] arguments, IOperation call)
    {
        string? reason = method.IsGenericMethod || method.ContainingType.IsGenericType ? "is generic; write it for one type"
            : method.Parameters.Any(parameter => parameter.RefKind is not (RefKind.None or RefKind.In)) ? "writes through its parameters; return the values"
            : method is { IsVirtual: true } or { IsAbstract: true } or { IsOverride: true } ? "is virtual: which body runs is not seen here"
            : _program.Body(method) is null && _program.Derivative(method) is null ? "has no body in this project; write one"
            : null;
        if (reason is not null)
        {
            return Refused(call, $"{method.Name} {reason}");
        }

        string? name = _program.Method(method, [.. arguments.Select(Dependence.Has)], call);
        return name is null ? "default!" : $"{name}(call{string.Concat(arguments.Select(argument => ", " + Expression(argument)))})";
    }

    // a number among the arguments of a function of tensors is a scalar, if there is an overload that takes one
    private string OfTensors(IMethodSymbol method, IOperation? instance, IOperation[] arguments, IOperation call)
    {
        if (method.Name == "Scalar" && KnownNames.IsTensor(method.ContainingType) && arguments.Length > 0 && Dependence.Has(arguments[0]))
        {
            return arguments.Length == 1 ? $"({Expression(arguments[0])}).AsTensor()" : $"({Expression(arguments[0])}).AsTensor({Plain(arguments[1])})";
        }

        if (!KnownNames.IsTensor(method.ReturnType) && !method.ReturnsVoid && LiftedTypes.KindOf(method.ReturnType) != LiftedKind.Plain && instance is not null
            && KnownNames.IsTensor(method.ContainingType) && Dependence.Has(instance))
        {
            return Refused(call, "it reads a value out of a tensor, which cuts the derivative; go on with the tensor");
        }

        bool hasNumbers = arguments.Any(argument => LiftedTypes.KindOf(argument.Type!) == LiftedKind.Number && Dependence.Has(argument));
        if (hasNumbers && !HasTensorOverload(method, arguments))
        {
            return Refused(call, $"{method.Name} takes a number as a constant; use operators, or a function that takes a tensor");
        }

        return arguments.Any(argument => IsLifted(argument.Type!) && !IsOverTensors(argument.Type!))
            ? Refused(call, $"{method.Name} takes arguments that are lifted; build tensors, or write it over double")
            : AsItIs(method, instance, arguments, call);
    }

    // what has another type in a lifted method, and no value before it is called
    private static bool IsLifted(ITypeSymbol type) =>
        LiftedTypes.KindOf(type) is LiftedKind.Numbers or LiftedKind.Record or LiftedKind.Array or LiftedKind.Function;

    // a function whose signature is the same in a lifted method: of tensors, and of structures of these
    private bool IsOverTensors(ITypeSymbol type) => type is INamedTypeSymbol { Name: "Func", DelegateInvokeMethod: { } signature }
        && signature.Parameters.Select(parameter => parameter.Type).Append(signature.ReturnType).All(IsSame);

    // what has the same type in a lifted method
    private bool IsSame(ITypeSymbol type) => _program.TypeOf(type) == TypeNames.Qualified(type);

    private bool HasTensorOverload(IMethodSymbol method, IOperation[] arguments) => method.ContainingType.GetMembers(method.Name)
        .OfType<IMethodSymbol>().Any(other => other.Parameters.Length == method.Parameters.Length && other.Parameters.Zip(method.Parameters, (a, b) => (a, b))
            .Zip(arguments, (pair, argument) => LiftedTypes.KindOf(argument.Type!) == LiftedKind.Number && Dependence.Has(argument)
                ? KnownNames.IsTensor(pair.a.Type) : TypeNames.Same(pair.a.Type, pair.b.Type)).All(fits => fits));

    private string AsItIs(IMethodSymbol method, IOperation? instance, IOperation[] arguments, IOperation call)
    {
        if (Calls.Of(method) == CallKind.Plain && Calls.IsForeign(method) && arguments.Any(argument => Dependence.Has(argument) || IsLifted(argument.Type!)))
        {
            return Refused(call, Calls.IsOfMath(method.ContainingType)
                ? $"{method.ContainingType.Name}.{method.Name} has no traced form here; write it by functions that have one"
                : $"the body of {method.ContainingType.Name}.{method.Name} is not in this project; write it over double");
        }

        if (!_program.IsAccessible(method))
        {
            return Refused(call, $"{method.Name} is not accessible where the lifted form stands; make it internal");
        }

        if (Calls.Of(method) == CallKind.OfTensors && !method.IsGenericMethod)
        {
            string of = instance is null ? TypeNames.Qualified(method.ContainingType) : string.Empty;
            return FromPlain(call, Guarded(method, Beside(instance is null ? arguments : [instance, .. arguments], method.ReturnType, texts => instance is null
                ? $"{of}.{TypeNames.Escape(method.Name)}({string.Join(", ", texts)})"
                : $"({texts[0]}).{TypeNames.Escape(method.Name)}({string.Join(", ", texts.Skip(1))})")));
        }

        string receiver = instance is null ? TypeNames.Qualified(method.ContainingType) : Receiver(instance);
        string types = method.IsGenericMethod ? $"<{string.Join(", ", method.TypeArguments.Select(TypeNames.Qualified))}>" : string.Empty;
        return FromPlain(call, Guarded(method, $"{receiver}.{TypeNames.Escape(method.Name)}{types}({string.Join(", ", arguments.Select(Passed))})"));
    }

    // what may solve or factorize runs only where it is asked for; the operations of a tensor never fail by what it holds
    private static string Guarded(IMethodSymbol method, string call) => !KnownNames.IsTensor(method.ContainingType)
        && LiftedTypes.IsOverTensors(method.ReturnType)
            ? $"call.Guarded(() => {call}, {TreeExpressions.Of(TreeTypes.Of(method.ReturnType, out _)!)})" : call;

    // A number takes the element type of the tensor that it meets, as a literal does.
    private string Beside(IReadOnlyList<IOperation> operands, ITypeSymbol result, Func<string[], string> form)
    {
        IOperation[] numbers = [.. operands.Where(IsTracedNumber)];
        IOperation? tensor = operands.LastOrDefault(operand => operand.Type is { } type && KnownNames.IsTensor(type));
        if (numbers.Length != 1 || tensor is null || !KnownNames.IsTensor(result))
        {
            return form([.. operands.Select(Passed)]);
        }

        return Beside(numbers[0], Plain(tensor), (scalar, beside) =>
            form([.. operands.Select(operand => operand == numbers[0] ? scalar : operand == tensor ? beside : Passed(operand))]));
    }

    private string Beside(IOperation number, string tensor, Func<string, string, string> form)
    {
        string scalar = Fresh("number"), beside = Fresh("tensor");
        return $"({Expression(number)}).Beside({tensor}, ({scalar}, {beside}) => {form(scalar, beside)})";
    }

    private bool IsTracedNumber(IOperation argument) => LiftedTypes.KindOf(argument.Type!) == LiftedKind.Number && Dependence.Has(argument);

    private string Passed(IOperation argument) => IsTracedNumber(argument)
        ? $"({Expression(argument)}).AsTensor()" : Plain(argument);

    private string Operator(IMethodSymbol method, IOperation[] operands, IOperation operation, string form) => Calls.Of(method) switch
    {
        CallKind.Lifted => Lifted(method, operands, operation),
        CallKind.OfTensors => FromPlain(operation, Beside(operands, method.ReturnType, texts => Written(form, texts))),
        _ => FromPlain(operation, Written(form, [.. operands.Select(Plain)])),
    };

    private static string Written(string form, string[] operands) => string.Format(System.Globalization.CultureInfo.InvariantCulture, form, operands);

    private string Creation(IObjectCreationOperation creation)
    {
        if (creation.Type is not INamedTypeSymbol type || LiftedTypes.KindOf(type) != LiftedKind.Record)
        {
            return creation.Initializer is null && creation.Constructor is { } made && _program.IsAccessible(made)
                ? $"new {TypeNames.Qualified(creation.Type!)}({string.Join(", ", creation.Arguments.OrderBy(argument => argument.Parameter!.Ordinal)
                    .Select(argument => Plain(argument.Value)))})"
                : Refused(creation, "an object of this type cannot be made here");
        }

        (ISymbol Symbol, ITypeSymbol Type)[] members = [.. TreeParser.Members(type, default)];
        IParameterSymbol[] positional = [.. members.Select(member => member.Symbol).OfType<IParameterSymbol>()];
        if (!creation.Constructor!.Parameters.AsEnumerable<ISymbol>().SequenceEqual(positional, SymbolEqualityComparer.Default))
        {
            return Refused(creation, $"{type.Name} is made by a constructor whose body is not lifted; use its primary constructor, or set its members");
        }

        string[] set = [.. creation.Initializer is { } initializer ? initializer.Initializers.OfType<ISimpleAssignmentOperation>()
            .Select(item => ((IMemberReferenceOperation)item.Target).Member.Name) : []];
        string[] rest = [.. members.Where(member => member.Symbol is not IParameterSymbol && !set.Contains(member.Symbol.Name))
            .Select(member => $"{TypeNames.Escape(member.Symbol.Name)} = {Initial(member.Symbol, member.Type, creation)}")];
        string arguments = string.Join(", ",
            creation.Arguments.OrderBy(argument => argument.Parameter!.Ordinal).Select(argument => Expression(argument.Value)));
        string all = string.Join(", ", rest.Concat(creation.Initializer is { } given && given.Initializers.Length > 0 ? [Initializers(given)] : []));
        return $"new {_program.Mirror(type)}({arguments})" + (all.Length > 0 ? $" {{ {all} }}" : string.Empty);
    }

    private string Initializers(IObjectOrCollectionInitializerOperation initializer) => string.Join(", ", initializer.Initializers.Select(item =>
        item is ISimpleAssignmentOperation { Target: IMemberReferenceOperation { Member: { } member } } assignment
            ? $"{TypeNames.Escape(member.Name)} = {Expression(assignment.Value)}" : Refused(item, "this initializer has no form over tensors")));

    // what a member holds that nobody sets
    private string Initial(ISymbol member, ITypeSymbol type, IOperation creation)
    {
        EqualsValueClauseSyntax? initializer = member.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() switch
        {
            PropertyDeclarationSyntax property => property.Initializer,
            VariableDeclaratorSyntax field => field.Initializer,
            _ => null,
        };
        if (initializer is null)
        {
            return Zero(type, creation);
        }

        // the initializer stands where the type is declared, which may be another file
#pragma warning disable RS1030
        Optional<object?> constant = _program.Compilation.GetSemanticModel(initializer.SyntaxTree).GetConstantValue(initializer.Value);
#pragma warning restore RS1030
        return constant.HasValue ? Wrap(type, Literal(type, constant.Value))
            : Refused(creation, $"it sets {member.Name} by an expression that is not a constant; set it here");
    }

    private string Zero(ITypeSymbol type, IOperation operation) => LiftedTypes.KindOf(type) switch
    {
        LiftedKind.Number => $"(({LiftedNames.Number})0d)",
        LiftedKind.Integer => $"(({LiftedNames.Integer})0)",
        LiftedKind.Truth => $"(({LiftedNames.Truth})false)",
        LiftedKind.Tuple => "(" + string.Join(", ", ((INamedTypeSymbol)type).TupleElements.Select(element => Zero(element.Type, operation))) + ")",
        LiftedKind.Record when type.IsValueType => $"new {_program.Mirror((INamedTypeSymbol)type)} {{ " + string.Join(", ",
            TreeParser.Members((INamedTypeSymbol)type, default)
                .Select(member => $"{TypeNames.Escape(member.Symbol.Name)} = {Zero(member.Type, operation)}")) + " }",
        LiftedKind.Plain when type.IsValueType => $"default({TypeNames.Qualified(type)})",
        _ => Refused(operation, "null has no form over tensors"),
    };

    private string Array(IArrayCreationOperation array)
    {
        var type = (IArrayTypeSymbol)array.Type!;
        LiftedKind kind = LiftedTypes.KindOf(type);
        string[] sizes = [.. array.DimensionSizes.Select(Plain)];
        if (array.Initializer is not { } initializer)
        {
            return kind == LiftedKind.Numbers ? $"call.Zeros({string.Join(", ", sizes)})" : $"new {NewArray(type.ElementType, sizes)}";
        }

        IOperation[] elements = [.. Flattened(initializer)];
        return kind == LiftedKind.Numbers && type.Rank == 2 ? $"call.Table({string.Join(", ", sizes)}, {string.Join(", ", elements.Select(Expression))})"
            : type.Rank == 1 ? Listed(type, elements)
            : Refused(array, "an array of several axes holds numbers of type double here");
    }

    private static IEnumerable<IOperation> Flattened(IArrayInitializerOperation initializer) => initializer.ElementValues.SelectMany(element =>
        element is IArrayInitializerOperation inner ? Flattened(inner) : [element]);

    private string Collection(ICollectionExpressionOperation collection) => collection.Type is IArrayTypeSymbol { Rank: 1 } type
        && !collection.Elements.Any(element => element is ISpreadOperation)
            ? Listed(type, [.. collection.Elements]) : Refused(collection, "a collection is an array without spreads here");

    private string Listed(IArrayTypeSymbol type, IOperation[] elements) => LiftedTypes.KindOf(type) switch
    {
        LiftedKind.Numbers => $"call.Array({string.Join(", ", elements.Select(Expression))})",
        LiftedKind.Array => $"new {NewArray(type.ElementType, [string.Empty])} {{ {string.Join(", ", elements.Select(Expression))} }}",
        _ => $"new {NewArray(type.ElementType, [string.Empty])} {{ {string.Join(", ", elements.Select(Plain))} }}",
    };

    // the brackets of the new array come first: new T[n][]
    private string NewArray(ITypeSymbol element, string[] sizes)
    {
        bool isLifted = LiftedTypes.IsChanged(element);
        string type = isLifted ? _program.TypeOf(element) : TypeNames.Qualified(element);
        int brackets = type.IndexOf("[]", StringComparison.Ordinal) is var first && type.EndsWith("[]", StringComparison.Ordinal) && first >= 0
            ? first : type.Length;
        return $"{type.Substring(0, brackets)}[{string.Join(", ", sizes)}]{type.Substring(brackets)}";
    }

    private string Lambda(IAnonymousFunctionOperation function)
    {
        RequireNoWrites(function.Body);
        string parameters = string.Join(", ", function.Symbol.Parameters.Select(Name));
        string type = $"global::System.Func<{string.Join(", ", function.Symbol.Parameters.Select(parameter => parameter.Type).Append(function.Symbol.ReturnType)
            .Select(_program.TypeOf))}>";
        if (function.Symbol.ReturnsVoid || function.Symbol.Parameters.Any(parameter => parameter.RefKind != RefKind.None))
        {
            return Refused(function, "a function within a lifted method takes plain values and returns one");
        }

        if (function.Body.Operations.Length == 1 && function.Body.Operations[0] is IReturnOperation { ReturnedValue: { } value })
        {
            return $"(({type})(({parameters}) => {Conditional(value, depends: true)}))";
        }

        // statements are printed at once, and not where the expression stands
        string name = Fresh("function");
        _writer.Open($"{_program.TypeOf(function.Symbol.ReturnType)} {name}({string.Join(", ", function.Symbol.Parameters.Select(parameter =>
            $"{_program.TypeOf(parameter.Type)} {Name(parameter)}"))})");
        Body(function.Body, function.Symbol.ReturnType);
        _writer.Close();
        return $"(({type}){name})";
    }

    private string MethodGroup(IMethodReferenceOperation method)
    {
        if (method.Method.MethodKind == MethodKind.LocalFunction)
        {
            return $"((global::System.Func<{string.Join(", ", method.Method.Parameters.Select(parameter => parameter.Type).Append(method.Method.ReturnType)
                .Select(_program.TypeOf))}>)f_{method.Method.Name})";
        }

        string[] names = [.. method.Method.Parameters.Select(parameter => "l_" + parameter.Name)];
        string types = string.Join(", ", method.Method.Parameters.Select(parameter => parameter.Type).Append(method.Method.ReturnType).Select(_program.TypeOf));
        string? call = Calls.Of(method.Method) switch
        {
            CallKind.Function => $"{(method.Method.Parameters[0].Type.SpecialType == SpecialType.System_Int32 ? LiftedNames.Integer : LiftedNames.Number)}"
                + $".{method.Method.Name}({string.Join(", ", names)})",
            CallKind.Lifted when method.Instance is null && _program.Body(method.Method) is not null
                && _program.Method(method.Method, [.. names.Select(_ => true)], method) is { } name => $"{name}(call, {string.Join(", ", names)})",
            _ => null,
        };
        return call is null ? Refused(method, "this method has no form over tensors; write it in this project") :
            $"((global::System.Func<{types}>)(({string.Join(", ", names)}) => {call}))";
    }
}
