using Hyperdiff.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Lifting;

/// <content>What writes: assignments, increments, and expressions for their effect.</content>
internal sealed partial class MethodLifter
{
    private void Effect(IOperation expression)
    {
        switch (expression)
        {
            case ISimpleAssignmentOperation { Target: IArrayElementReferenceOperation element } assignment:
                Store(element, _ => Expression(assignment.Value));
                break;
            case ICompoundAssignmentOperation { Target: IArrayElementReferenceOperation element } compound:
                Store(element, old => Combined(compound, old));
                break;
            case IIncrementOrDecrementOperation { Target: IArrayElementReferenceOperation element } increment:
                Store(element, old => Next(increment, old));
                break;
            case IDeconstructionAssignmentOperation deconstruction:
                Deconstruct(deconstruction);
                break;
            case IAssignmentOperation or IIncrementOrDecrementOperation:
                _writer.Line(Assignment(expression) + ";");
                break;
            case IInvocationOperation invocation:
                _writer.Line(Invocation(invocation) is var text && invocation.TargetMethod.ReturnsVoid ? $"{text};" : $"_ = {text};");
                break;
            default:
                _writer.Line($"_ = {Expression(expression)};");
                break;
        }
    }

    /// <summary>An assignment as an expression, whose value is the variable's.</summary>
    private string Assignment(IOperation assignment)
    {
        if (_conditional > 0)
        {
            return Refused(assignment, "it stands in a part of an expression that is computed under a condition; make it a statement");
        }

        if (assignment is ISimpleAssignmentOperation { Target: IDiscardOperation } discarded)
        {
            return $"_ = {Expression(discarded.Value)}";
        }

        IOperation target = Assigned.Targets(assignment).First();
        if (Assigned.Variable(target) is null)
        {
            return Refused(assignment, target is IArrayElementReferenceOperation
                ? "an element of an array is written by a statement of its own" : "only variables and elements of arrays are written in a lifted method");
        }

        string place = Expression(target);
        return assignment switch
        {
            ISimpleAssignmentOperation { IsRef: false } simple => $"({place} = {Expression(simple.Value)})",
            ICompoundAssignmentOperation compound => $"({place} = {Combined(compound, place)})",
            IIncrementOrDecrementOperation { IsPostfix: true, Parent: not IExpressionStatementOperation } increment =>
                $"{LiftedNames.Call}.Before(ref {place}, {Next(increment, place)})",
            IIncrementOrDecrementOperation increment => $"({place} = {Next(increment, place)})",
            _ => Refused(assignment, "this kind of assignment has no form over tensors"),
        } is var text && assignment.Parent is IExpressionStatementOperation && text.StartsWith("(", StringComparison.Ordinal)
            ? text.Substring(1, text.Length - 2) : text;
    }

    private string Combined(ICompoundAssignmentOperation compound, string old)
    {
        if (compound.OperatorMethod is { } method && method.ContainingType.SpecialType == SpecialType.None)
        {
            return Calls.Of(method) == CallKind.OfTensors ? IsTracedNumber(compound.Value)
                    ? Beside(compound.Value, old, (scalar, tensor) => $"{tensor} {Symbol(compound.OperatorKind)} {scalar}")
                    : $"({old} {Symbol(compound.OperatorKind)} {Plain(compound.Value)})"
                : Calls.Of(method) == CallKind.Lifted ? Lifted(method, [compound.Target, compound.Value], compound)
                : Refused(compound, "write the operator out");
        }

        // i += d computes as double and converts back
        ITypeSymbol type = compound.Target.Type!, by = compound.Value.Type!;
        if (!TypeNames.Same(type, by) && LiftedTypes.KindOf(type) != LiftedKind.Number)
        {
            return Refused(compound, $"a {TypeNames.Brief(type)} and a {TypeNames.Brief(by)} are combined; write the conversion out");
        }

        string value = TypeNames.Same(type, by) ? Expression(compound.Value) : $"(({LiftedNames.Number})({Expression(compound.Value)}))";
        return Binary(compound.OperatorKind, type, type, old, value, compound, () => LiftedTypes.KindOf(type) == LiftedKind.Plain
            ? $"{old} {Symbol(compound.OperatorKind)} {value}"
            : $"({old}).Known({Text(LiftedProgram.Brief(compound.Target.Syntax))}) {Symbol(compound.OperatorKind)} {Plain(compound.Value)}");
    }

    private string Next(IIncrementOrDecrementOperation increment, string old)
    {
        string sign = increment.Kind == OperationKind.Increment ? "+" : "-";
        return increment.OperatorMethod is { ContainingType.SpecialType: SpecialType.None }
            ? Refused(increment, "write the operator out")
            : LiftedTypes.KindOf(increment.Type!) == LiftedKind.Plain
                ? $"({TypeNames.Qualified(increment.Type!)})({old} {sign} 1)"
                : LiftedTypes.KindOf(increment.Type!) == LiftedKind.Integer ? $"{Overflow(increment)}({old} {sign} 1)" : $"({old} {sign} 1)";
    }

    private void Store(IArrayElementReferenceOperation element, Func<string, string> value)
    {
        if (LiftedTypes.KindOf(element.ArrayReference.Type!) != LiftedKind.Numbers)
        {
            StorePlain(element, value);
            return;
        }

        string array = Fresh("array");
        _writer.Line($"var {array} = {Expression(element.ArrayReference)};");
        string[] places = [.. element.Indices.Select(_ => Fresh("place"))];
        for (int i = 0; i < places.Length; i++)
        {
            _writer.Line($"{LiftedNames.Integer} {places[i]} = {Index(element.Indices[i], array)};");
        }

        string at = string.Join(", ", places);
        _writer.Line($"call.Assign({array}, {at}, {value($"call.Element({array}, {at})")});");
    }

    // arrays of other things are filled while the method is traced: not under a condition that is not known
    private void StorePlain(IArrayElementReferenceOperation element, Func<string, string> value)
    {
        if (_uncertain > 0 || element.Indices.Length != 1)
        {
            _program.Refuse(element, "an element that is not a double is written under a condition that depends on a number, which would have to choose");
            return;
        }

        (string array, string place) = (Fresh("array"), Fresh("place"));
        _writer.Line($"var {array} = {Expression(element.ArrayReference)};");
        _writer.Line($"int {place} = ({Index(element.Indices[0], array)}).Known({Text(LiftedProgram.Brief(element.Indices[0].Syntax))});");
        string next = value(Wrap(element.Type!, $"{array}[{place}]"));
        _writer.Line($"{array}[{place}] = {(LiftedTypes.KindOf(element.ArrayReference.Type!) == LiftedKind.Plain && IsScalar(element.Type!)
            ? $"({next}).Known({Text(LiftedProgram.Brief(element.Syntax))})" : next)};");
    }

    private static bool IsScalar(ITypeSymbol type) => LiftedTypes.KindOf(type) is LiftedKind.Number or LiftedKind.Integer or LiftedKind.Truth;

    // all values are there before the first is assigned
    private void Deconstruct(IDeconstructionAssignmentOperation deconstruction)
    {
        if (Assigned.Bare(deconstruction.Value) is not { Type: { } type } value || Tuple(deconstruction.Target) is not { } targets
            || targets.Any(target => target is ITupleOperation))
        {
            _program.Refuse(deconstruction, "parts are taken out one level at a time here");
            return;
        }

        string whole = Fresh("whole");
        _writer.Line($"var {whole} = {Expression(value)};");
        string[] parts = LiftedTypes.KindOf(type) == LiftedKind.Record
            ? [.. TreeParser.Members((INamedTypeSymbol)type, default).Where(member => member.Symbol is IParameterSymbol)
                .Select(member => $"{whole}.{TypeNames.Escape(member.Symbol.Name)}")]
            : [.. targets.Select((_, i) => $"{whole}.Item{i + 1}")];
        for (int i = 0; i < targets.Count && i < parts.Length; i++)
        {
            switch (targets[i])
            {
                case IDiscardOperation:
                    break;
                case IDeclarationExpressionOperation { Expression: ILocalReferenceOperation local }:
                    _writer.Line($"{_program.TypeOf(local.Type!)} {Name(local.Local)} = {parts[i]};");
                    break;
                case ILocalReferenceOperation { IsDeclaration: true } local:
                    _writer.Line($"{_program.TypeOf(local.Type!)} {Name(local.Local)} = {parts[i]};");
                    break;
                case IArrayElementReferenceOperation element:
                    Store(element, _ => parts[i]);
                    break;
                default:
                    _writer.Line($"{Expression(targets[i])} = {parts[i]};");
                    break;
            }
        }
    }

    private static IReadOnlyList<IOperation>? Tuple(IOperation target) => target switch
    {
        ITupleOperation tuple => tuple.Elements,
        IDeclarationExpressionOperation { Expression: ITupleOperation tuple } => tuple.Elements,
        _ => null,
    };
}
