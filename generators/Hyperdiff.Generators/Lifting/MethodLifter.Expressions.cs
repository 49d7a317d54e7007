using System.Globalization;
using Hyperdiff.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Lifting;

/// <content>Expressions. Each is printed with the type that stands for the user's.</content>
internal sealed partial class MethodLifter
{
    /// <summary>How many operands around are computed under a condition: an assignment there would be made whatever the condition is.</summary>
    private int _conditional;

    private string Expression(IOperation operation) => operation.ConstantValue is { HasValue: true, Value: var constant } && operation.Type is { } type
        ? Wrap(type, Literal(type, constant)) : operation switch
        {
            ILocalReferenceOperation local => Name(local.Local),
            IParameterReferenceOperation parameter => Name(parameter.Parameter),
            IInstanceReferenceOperation => "self",
            IParenthesizedOperation inner => Expression(inner.Operand),
            IConversionOperation conversion => Conversion(conversion),
            IUnaryOperation unary => Unary(unary),
            IBinaryOperation binary => Binary(binary),
            IConditionalOperation choice => Choice(choice),
            ISwitchExpressionOperation choice => Switch(choice),
            IIsPatternOperation match => $"{LiftedNames.Call}.Let({Expression(match.Value)}, {Bind("value", out string value)} => "
                + $"{Pattern(match.Pattern, value, match.Value.Type!)})",
            IFieldReferenceOperation field => Field(field),
            IPropertyReferenceOperation property => Property(property),
            IArrayElementReferenceOperation element => Element(element),
            IInvocationOperation invocation => Invocation(invocation),
            IObjectCreationOperation creation => Creation(creation),
            IArrayCreationOperation array => Array(array),
            ICollectionExpressionOperation collection => Collection(collection),
            ITupleOperation tuple => $"({string.Join(", ", tuple.Elements.Select(Expression))})",
            IWithOperation { Operand: { } operand, Initializer: { } initializer } => $"({Receiver(operand)} with {{ {Initializers(initializer)} }})",
            IAnonymousFunctionOperation function => Lambda(function),
            IDelegateCreationOperation { Target: IAnonymousFunctionOperation function } => Lambda(function),
            IDelegateCreationOperation { Target: IMethodReferenceOperation method } => MethodGroup(method),
            IAssignmentOperation or IIncrementOrDecrementOperation => Assignment(operation),
            IThrowOperation raised => Throw(raised),
            IInterpolatedStringOperation text => Interpolated(text),
            IDefaultValueOperation { Type: { } of } => Zero(of, operation),
            ITypeOfOperation of => $"typeof({TypeNames.Qualified(of.TypeOperand)})",
            _ => Refused(operation, "this kind of expression has no form over tensors; use arithmetic, functions of Math, conditions and calls"),
        };

    /// <summary>A value that C# needs as it is, while the method is traced.</summary>
    private string Plain(IOperation operation)
    {
        string value = Expression(operation);
        return LiftedTypes.KindOf(operation.Type!) is LiftedKind.Number or LiftedKind.Integer or LiftedKind.Truth
            ? operation.ConstantValue is { HasValue: true, Value: var constant } ? Literal(operation.Type!, constant)
                : $"({value}).Known({Text(LiftedProgram.Brief(operation.Syntax))})"
            : value;
    }

    // a name in parentheses would be read as a type
    private string Receiver(IOperation operation) =>
        Expression(operation) is var text && text.All(letter => char.IsLetterOrDigit(letter) || letter is '_' or '.' or '@')
        ? text : $"({text})";

    // what stays as it is gives plain values, which become lifted ones
    private string Wrap(ITypeSymbol type, string value) =>
        LiftedTypes.KindOf(type) is LiftedKind.Number or LiftedKind.Integer or LiftedKind.Truth ? $"(({_program.TypeOf(type)})({value}))" : value;

    private static string Text(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    private static string Literal(ITypeSymbol type, object? value)
    {
        string text = value switch
        {
            null => "null",
            double.NaN => "double.NaN",
            double.PositiveInfinity => "double.PositiveInfinity",
            double.NegativeInfinity => "double.NegativeInfinity",
            double number => number.ToString("R", CultureInfo.InvariantCulture) is var digits && BitConverter.DoubleToInt64Bits(number) == long.MinValue
                ? "-0.0" : digits + "d",
            float number => number.ToString("R", CultureInfo.InvariantCulture) + "f",
            decimal number => number.ToString(CultureInfo.InvariantCulture) + "m",
            _ => SymbolDisplay.FormatPrimitive(value, quoteStrings: true, useHexadecimalNumbers: false),
        };
        return type.TypeKind == TypeKind.Enum || type.SpecialType is SpecialType.System_Byte or SpecialType.System_SByte or SpecialType.System_Int16
            or SpecialType.System_UInt16 or SpecialType.System_Int64 or SpecialType.System_UInt64 or SpecialType.System_UInt32
            ? $"({TypeNames.Qualified(type)})({text})" : text;
    }

    private string Conversion(IConversionOperation conversion)
    {
        (ITypeSymbol from, ITypeSymbol to) = (conversion.Operand.Type ?? conversion.Type!, conversion.Type!);
        (LiftedKind source, LiftedKind target) = (LiftedTypes.KindOf(from), LiftedTypes.KindOf(to));
        if (Cloned(conversion.Operand) is { } array)
        {
            return $"call.Clone({Expression(array)})";
        }

        if (conversion.OperatorMethod is { } method)
        {
            return Calls.Of(method) == CallKind.Lifted ? Lifted(method, [conversion.Operand], conversion)
                : KnownNames.IsTensor(to) && source == LiftedKind.Number ? $"({Expression(conversion.Operand)}).AsTensor()"
                : $"(({TypeNames.Qualified(to)})({Plain(conversion.Operand)}))";
        }

        return (source, target) switch
        {
            _ when TypeNames.Same(from, to) => Expression(conversion.Operand),
            (LiftedKind.Integer, LiftedKind.Number) => $"(({LiftedNames.Number})({Expression(conversion.Operand)}))",
            (LiftedKind.Tuple, LiftedKind.Tuple) when conversion.Operand is ITupleOperation tuple => Expression(tuple),
            (LiftedKind.Tuple, LiftedKind.Tuple) => Refused(conversion, "tuples of different types are converted element by element; write them out"),
            (LiftedKind.Number or LiftedKind.Integer or LiftedKind.Truth, _) when target is LiftedKind.Plain or LiftedKind.Integer && to.IsValueType
                && to.OriginalDefinition.SpecialType != SpecialType.System_Nullable_T =>
                Wrap(to, $"{Overflow(conversion)}(({TypeNames.Qualified(to)})({Plain(conversion.Operand)}))"),
            (LiftedKind.Number or LiftedKind.Integer or LiftedKind.Truth, LiftedKind.Plain) when !Dependence.Has(conversion.Operand) && to.IsValueType =>
                $"(({TypeNames.Qualified(to)})({Plain(conversion.Operand)}))",
            (LiftedKind.Plain, LiftedKind.Number or LiftedKind.Integer) =>
                Wrap(to, $"{Overflow(conversion)}(({TypeNames.Qualified(to)})({Expression(conversion.Operand)}))"),
            (LiftedKind.Plain or LiftedKind.Tensor, LiftedKind.Plain or LiftedKind.Tensor) =>
                $"(({TypeNames.Qualified(to)})({Expression(conversion.Operand)}))",
            (LiftedKind.Function, LiftedKind.Function) => Expression(conversion.Operand),
            (LiftedKind.Number or LiftedKind.Integer or LiftedKind.Truth, LiftedKind.Plain) when to.SpecialType == SpecialType.System_Object =>
                Plain(conversion.Operand),
            _ => Refused(conversion, $"a {TypeNames.Brief(from)} that may be traced cannot become a {TypeNames.Brief(to)}"),
        };
    }

    // (double[])a.Clone()
    private static IOperation? Cloned(IOperation operation) =>
        Assigned.Bare(operation) is IInvocationOperation { TargetMethod.Name: "Clone", Instance: { Type: { } type } array }
            && LiftedTypes.KindOf(type) == LiftedKind.Numbers ? array : null;

    private string Unary(IUnaryOperation unary)
    {
        if (unary.OperatorMethod is { } method)
        {
            return Operator(method, [unary.Operand], unary, $"{Symbol(unary.OperatorKind)}({{0}})");
        }

        string operand = Expression(unary.Operand);
        return (unary.OperatorKind, LiftedTypes.KindOf(unary.Type!)) switch
        {
            (UnaryOperatorKind.Plus, _) => operand,
            (UnaryOperatorKind.Minus, LiftedKind.Integer) => $"{Overflow(unary)}(-{operand})",
            (UnaryOperatorKind.Minus, LiftedKind.Number) or (UnaryOperatorKind.Not, LiftedKind.Truth) =>
                $"({Symbol(unary.OperatorKind)}{operand})",
            (UnaryOperatorKind.BitwiseNegation, LiftedKind.Integer) => Wrap(unary.Type!, $"~({Plain(unary.Operand)})"),
            (UnaryOperatorKind.Minus or UnaryOperatorKind.BitwiseNegation, LiftedKind.Plain) => $"({Symbol(unary.OperatorKind)}({operand}))",
            _ => Refused(unary, "this operator has no form over tensors"),
        };
    }

    private static string Symbol(UnaryOperatorKind kind) => kind switch
    {
        UnaryOperatorKind.Minus => "-",
        UnaryOperatorKind.Not => "!",
        UnaryOperatorKind.BitwiseNegation => "~",
        UnaryOperatorKind.Plus => "+",
        UnaryOperatorKind.True => "true",
        _ => string.Empty,
    };

    private string Binary(IBinaryOperation binary)
    {
        (IOperation left, IOperation right) = (binary.LeftOperand, binary.RightOperand);
        if (binary.OperatorMethod is { } method && method.ContainingType.SpecialType == SpecialType.None)
        {
            return Operator(method, [left, right], binary, $"({{0}} {Symbol(binary.OperatorKind)} {{1}})");
        }

        if (binary.OperatorKind is BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr)
        {
            string name = binary.OperatorKind == BinaryOperatorKind.ConditionalAnd ? "And" : "Or";
            return $"call.{name}({Expression(left)}, () => {Conditional(right, Dependence.Has(left))})";
        }

        return Binary(binary.OperatorKind, binary.Type!, left.Type!, Expression(left), Expression(right), binary,
            () => $"{Plain(left)} {Symbol(binary.OperatorKind)} {Plain(right)}");
    }

    private string Binary(BinaryOperatorKind kind, ITypeSymbol type, ITypeSymbol operands, string left, string right, IOperation operation, Func<string> plain)
    {
        switch (LiftedTypes.KindOf(operands), kind)
        {
            case (LiftedKind.Number or LiftedKind.Integer or LiftedKind.Truth, BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals):
                return $"{_program.TypeOf(operands)}.{(kind == BinaryOperatorKind.Equals ? "Equal" : "NotEqual")}({left}, {right})";
            case (LiftedKind.Integer, BinaryOperatorKind.Add or BinaryOperatorKind.Subtract or BinaryOperatorKind.Multiply):
                return $"{Overflow(operation)}({left} {Symbol(kind)} {right})";
            case (LiftedKind.Integer, BinaryOperatorKind.Divide):
                return $"call.Divide({left}, {right})";
            case (LiftedKind.Integer, BinaryOperatorKind.Remainder):
                return $"call.Remainder({left}, {right})";
            case (LiftedKind.Number, BinaryOperatorKind.Add or BinaryOperatorKind.Subtract or BinaryOperatorKind.Multiply
                or BinaryOperatorKind.Divide or BinaryOperatorKind.Remainder):
            case (LiftedKind.Number or LiftedKind.Integer, BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual
                or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual):
            case (LiftedKind.Truth, BinaryOperatorKind.And or BinaryOperatorKind.Or or BinaryOperatorKind.ExclusiveOr):
                return $"({left} {Symbol(kind)} {right})";
            case (LiftedKind.Integer, BinaryOperatorKind.And or BinaryOperatorKind.Or or BinaryOperatorKind.ExclusiveOr or BinaryOperatorKind.LeftShift
                or BinaryOperatorKind.RightShift or BinaryOperatorKind.UnsignedRightShift):
            case (LiftedKind.Plain, _):
                return Wrap(type, $"({plain()})");
            default:
                return Refused(operation, "this operator has no form over tensors");
        }
    }

    // whether the project or the code around checks for overflow
    private static string Overflow(IOperation operation) =>
        operation is IBinaryOperation { IsChecked: true } or ICompoundAssignmentOperation { IsChecked: true }
        or IUnaryOperation { IsChecked: true } or IIncrementOrDecrementOperation { IsChecked: true } or IConversionOperation { IsChecked: true }
            ? "checked" : "unchecked";

    private static string Symbol(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.Add => "+",
        BinaryOperatorKind.Subtract => "-",
        BinaryOperatorKind.Multiply => "*",
        BinaryOperatorKind.Divide => "/",
        BinaryOperatorKind.Remainder => "%",
        BinaryOperatorKind.LessThan => "<",
        BinaryOperatorKind.LessThanOrEqual => "<=",
        BinaryOperatorKind.GreaterThan => ">",
        BinaryOperatorKind.GreaterThanOrEqual => ">=",
        BinaryOperatorKind.Equals => "==",
        BinaryOperatorKind.NotEquals => "!=",
        BinaryOperatorKind.And => "&",
        BinaryOperatorKind.Or => "|",
        BinaryOperatorKind.ExclusiveOr => "^",
        BinaryOperatorKind.LeftShift => "<<",
        BinaryOperatorKind.RightShift => ">>",
        BinaryOperatorKind.UnsignedRightShift => ">>>",
        BinaryOperatorKind.ConditionalAnd => "&&",
        _ => "||",
    };

    // an operand that may not be computed: what it wrote could not be undone
    private string Conditional(IOperation operation, bool depends)
    {
        _conditional++;
        _uncertain += depends ? 1 : 0;
        string text = Expression(operation);
        _uncertain -= depends ? 1 : 0;
        _conditional--;
        return text;
    }

    private string Throw(IThrowOperation raised) => raised.Exception is not { } exception ? Refused(raised, "there is nothing to throw again")
        : _uncertain > 0 ? Refused(raised,
            "it stands under a condition that depends on a number, and both branches are computed; return double.NaN there, or check "
            + "the arguments before the call")
        : $"throw call.Thrown({Plain(exception)})";

    private string Choice(IConditionalOperation choice)
    {
        if (choice.Type is null || choice.WhenFalse is null || !IsChoosable(choice.Type, choice.Condition))
        {
            return Refused(choice, $"both sides are computed where the condition depends on a number, and a {TypeNames.Brief(choice.Type!)} cannot be chosen");
        }

        bool depends = Dependence.Has(choice.Condition);
        return Choose(Expression(choice.Condition), choice.Type, Conditional(choice.WhenTrue, depends), Conditional(choice.WhenFalse, depends));
    }

    private bool IsChoosable(ITypeSymbol type, IOperation? condition) =>
        LiftedTypes.KindOf(type) is not (LiftedKind.Plain or LiftedKind.Array or LiftedKind.Function) || !Dependence.Has(condition);

    private string Choose(string condition, ITypeSymbol type, string left, string right) =>
        $"call.Choose<{_program.TypeOf(type)}>({condition}, () => {left}, () => {right}, (condition, left, right) => "
            + $"{MirrorEmitter.Choose(_program, type, "condition", "left", "right")})";

    private string Switch(ISwitchExpressionOperation choice)
    {
        if (!IsChoosable(choice.Type!, choice.Value) || choice.Arms.Any(arm => !IsChoosable(choice.Type!, arm.Guard)))
        {
            return Refused(choice, $"all arms are computed where the value depends on a number, and a {TypeNames.Brief(choice.Type!)} cannot be chosen");
        }

        if (choice.Arms.IsEmpty || choice.Arms[choice.Arms.Length - 1] is not { Pattern: IDiscardPatternOperation, Guard: null })
        {
            return Refused(choice, "where no arm fits, C# throws; let the last arm be '_'");
        }

        string value = Bind("value", out string name);
        bool depends = Dependence.Has(choice.Value) || choice.Arms.Any(arm => Dependence.Has(arm.Guard));
        string arms = Conditional(choice.Arms[choice.Arms.Length - 1].Value, depends);
        foreach (ISwitchExpressionArmOperation arm in choice.Arms.Reverse().Skip(1))
        {
            string pattern = Pattern(arm.Pattern, name, choice.Value.Type!);
            string condition = arm.Guard is { } guard ? $"call.And({pattern}, () => {Conditional(guard, depends)})" : pattern;
            arms = Choose(condition, choice.Type!, Conditional(arm.Value, depends), arms);
        }

        return $"{LiftedNames.Call}.Let({Expression(choice.Value)}, {value} => {arms})";
    }

    private string Pattern(IPatternOperation pattern, string value, ITypeSymbol type) => pattern switch
    {
        IDiscardPatternOperation => $"(({LiftedNames.Truth})true)",
        IConstantPatternOperation constant => Equal(type, value, Expression(constant.Value)),
        IRelationalPatternOperation relation => Binary(relation.OperatorKind, relation.Value.Type!, type, value, Expression(relation.Value), relation,
            () => $"{value} {Symbol(relation.OperatorKind)} {Plain(relation.Value)}") is var text && LiftedTypes.KindOf(type) == LiftedKind.Plain
                ? $"(({LiftedNames.Truth})({value} {Symbol(relation.OperatorKind)} {Plain(relation.Value)}))" : text,
        INegatedPatternOperation negated => $"(!{Pattern(negated.Pattern, value, type)})",
        IBinaryPatternOperation both => $"({Pattern(both.LeftPattern, value, type)} {(both.OperatorKind == BinaryOperatorKind.And ? "&" : "|")} "
            + $"{Pattern(both.RightPattern, value, type)})",
        IRecursivePatternOperation { DeclaredSymbol: null } parts when PartsOf(parts, value, type) is { } members => members.Count == 0
            ? $"(({LiftedNames.Truth})true)"
            : $"({string.Join(" & ", members.Select(part => Pattern(part.Pattern, part.Value, part.Pattern.InputType)))})",
        _ => Refused(pattern, "this pattern has no form over tensors; compare with constants"),
    };

    // the parts of a tuple or a record that a pattern looks at; null if one is not a part of the value
    private static IReadOnlyList<(IPatternOperation Pattern, string Value)>? PartsOf(IRecursivePatternOperation pattern, string value, ITypeSymbol type)
    {
        LiftedKind kind = LiftedTypes.KindOf(type);
        string[] named = kind == LiftedKind.Record ? [.. TreeParser.Members((INamedTypeSymbol)type, default).Select(member => member.Symbol.Name)] : [];
        string[] positions = kind == LiftedKind.Tuple ? [.. pattern.DeconstructionSubpatterns.Select((_, i) => $"Item{i + 1}")] : named;
        bool isOfParts = kind is LiftedKind.Tuple or LiftedKind.Record && pattern.DeconstructSymbol is not IMethodSymbol { IsImplicitlyDeclared: false }
            && pattern.DeconstructionSubpatterns.Length <= positions.Length
            && pattern.PropertySubpatterns.All(part => part.Member is IMemberReferenceOperation { Member: var member }
                && (kind == LiftedKind.Tuple || named.Contains(member.Name)));
        return !isOfParts ? null
            : [.. pattern.DeconstructionSubpatterns.Select((part, i) => (part, $"{value}.{TypeNames.Escape(positions[i])}")),
                .. pattern.PropertySubpatterns.Select(part =>
                    (part.Pattern, $"{value}.{TypeNames.Escape(((IMemberReferenceOperation)part.Member).Member.Name)}"))];
    }

    // NaN equals itself as a pattern, and as nothing else
    private string Equal(ITypeSymbol type, string left, string right) => LiftedTypes.KindOf(type) switch
    {
        LiftedKind.Number when right.Contains("double.NaN") => $"{LiftedNames.Number}.IsNaN({left})",
        LiftedKind.Number or LiftedKind.Integer or LiftedKind.Truth => $"{_program.TypeOf(type)}.Equal({left}, {right})",
        _ => $"(({LiftedNames.Truth})global::System.Collections.Generic.EqualityComparer<{TypeNames.Qualified(type)}>.Default.Equals({left}, {right}))",
    };

    private string Bind(string name, out string bound) => bound = Fresh(name);

    private string Interpolated(IInterpolatedStringOperation text) => text.Parts.Length == 0 ? "\"\"" : "string.Concat(new string[] { "
        + string.Join(", ", text.Parts.Select(part => part switch
        {
            IInterpolationOperation hole => "global::System.FormattableString.Invariant($\"{" + Plain(hole.Expression) + "}\")",
            IInterpolatedStringTextOperation literal => Expression(literal.Text),
            _ => Refused(part, "this part of a text has no form here"),
        })) + " })";
}
