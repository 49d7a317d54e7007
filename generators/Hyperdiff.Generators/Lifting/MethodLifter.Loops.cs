using Hyperdiff.Generators.Diagnostics;
using Hyperdiff.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Lifting;

/// <content>Loops.</content>
internal sealed partial class MethodLifter
{
    private void Loop(ILoopOperation loop)
    {
        string? broken = Jumps(loop, loop.ExitLabel) ? Fresh("broken") : null;
        string? skipped = Jumps(loop, loop.ContinueLabel) ? Fresh("skipped") : null;
        Remember(loop.ExitLabel, broken);
        Remember(loop.ContinueLabel, skipped);
        _writer.Open("// loop");
        if (broken is not null)
        {
            _writer.Line($"{LiftedNames.Truth} {broken} = false;");
        }

        switch (loop)
        {
            case IForLoopOperation steps:
                foreach (IOperation before in steps.Before)
                {
                    Statement(before);
                }

                Print(loop, new LoopParts(steps.Condition is { } test ? Expression(test) : $"({LiftedNames.Truth})true", [steps.Body],
                    [.. steps.AtLoopBottom], [], broken, skipped));
                break;
            case IWhileLoopOperation { ConditionIsUntil: false, Condition: { } condition } steps:
                string goesOn = Expression(condition);
                if (!steps.ConditionIsTop)
                {
                    string first = Fresh("first");
                    _writer.Line($"{LiftedNames.Truth} {first} = true;");
                    Print(loop, new LoopParts($"call.Or({first}, () => {goesOn})", [steps.Body], [], [(first, LiftedNames.Truth, "false")], broken, skipped));
                    break;
                }

                Print(loop, new LoopParts(goesOn, [steps.Body], [], [], broken, skipped));
                break;
            case IForEachLoopOperation { Collection: { } collection, LoopControlVariable: IVariableDeclaratorOperation item } each
                when Assigned.Bare(collection) is { Type: IArrayTypeSymbol { Rank: 1 } array } values:
                string all = Fresh("all"), place = Fresh("place");
                _writer.Line($"var {all} = {Expression(values)};");
                _writer.Line($"{LiftedNames.Integer} {place} = 0;");
                string element = Wrap(array.ElementType, LiftedTypes.KindOf(array) == LiftedKind.Numbers
                    ? $"call.Element({all}, {place})" : $"call.Element({all}, {place}, \"{item.Symbol.Name}\")");
                Print(each, new LoopParts($"{place} < ({LiftedNames.Integer}){all}.Length", [each.Body], [], [(place, LiftedNames.Integer, $"{place} + 1")],
                    broken, skipped)
                {
                    Begin = $"{_program.TypeOf(item.Symbol.Type)} {Name(item.Symbol)} = {element};",
                    Bound = $"({LiftedNames.Integer}){all}.Length - {place}",
                    NeedsKnownPlace = LiftedTypes.KindOf(array) != LiftedKind.Numbers,
                });
                break;
            default:
                _program.Refuse(loop, "this kind of loop has no form over tensors; go through an array, or count");
                break;
        }

        _writer.Close();
    }

    private void Print(ILoopOperation loop, LoopParts parts)
    {
        LoopShape? shape = LoopShape.Of(loop);
        string? bound = parts.Bound ?? (shape is null ? null : Bound(shape));
        IOperation[] within = [.. parts.Body, .. parts.Bottom, .. Dependence.Condition(loop) is { } tested ? (IOperation[])[tested] : []];
        Variable[] written = [.. Written(within).Where(variable => variable.Name != parts.Skipped)];
        (string Path, string Type)[] carried = [.. written.SelectMany(variable => variable.Type is { } type
            ? Components(variable.Name, type) ?? [] : [(variable.Name, LiftedNames.Truth)]), .. parts.Own.Select(own => (own.Name, own.Type))];
        Variable? stuck = written.Where(variable => variable.Type is { } type && Components(variable.Name, type) is null)
            .Select(variable => (Variable?)variable)
            .FirstOrDefault();
        bool canBeCarried = stuck is null && !parts.NeedsKnownPlace && !NeedsKnown(loop, within);
        Require(loop, bound, stuck, canBeCarried);
        bool ends = Dependence.Ends(loop);
        _uncertain += ends ? 1 : 0;

        string[] over = [.. new[] { parts.Broken, Within(parts.Body).Any(IsReturn) ? Current.Returned : null }.OfType<string>()];
        string condition = over.Length == 0 ? parts.Condition : $"call.And(!({string.Join(" | ", over)}), () => {parts.Condition})";
        _writer.Line("call.Loop(");
        _writer.Line($"    () => {condition},");
        _writer.Open("    () =>");
        if (parts.Skipped is not null)
        {
            _writer.Line($"{LiftedNames.Truth} {parts.Skipped} = false;");
        }

        if (parts.Begin is not null)
        {
            _writer.Line(parts.Begin);
        }

        foreach (IOperation statement in parts.Body)
        {
            Nested(statement);
        }

        void Bottom()
        {
            foreach (IOperation statement in parts.Bottom)
            {
                Statement(statement);
            }

            foreach ((string name, string _, string next) in parts.Own)
            {
                _writer.Line($"{name} = {next};");
            }
        }

        if (over.Length == 0 || parts.Bottom.Count == 0)
        {
            Bottom();
        }
        else
        {
            Branch($"!({string.Join(" | ", over)})", ends, parts.Bottom, Bottom, [], null);
        }

        _uncertain -= ends ? 1 : 0;

        _writer.Close(",");
        string get = string.Join(", ", carried.Select(item => item.Path));
        string set = string.Concat(carried.Select((item, i) => $" {item.Path} = ({item.Type})values[{i}]!;"));
        _writer.Line(
            $"    new global::Hyperdiff.Lifting.LoopVariables(() => new object?[] {{ {get} }}, values => {{{set} }}, {(canBeCarried ? "true" : "false")}),");
        _writer.Line($"    {(bound is null ? "null" : $"() => {bound}")},");
        bool isExact = over.Length == 0
            && (loop is IForEachLoopOperation || (shape is { IsExact: true } && !(loop is IWhileLoopOperation { ConditionIsTop: false })));
        _writer.Line($"    {(isExact ? "true" : "false")},");
        _writer.Line($"    {Text(LiftedProgram.Brief(Dependence.Condition(loop)?.Syntax ?? loop.Syntax))});");
    }

    private void Require(ILoopOperation loop, string? bound, Variable? stuck, bool canBeCarried)
    {
        if (!Dependence.Ends(loop))
        {
            return;
        }

        SyntaxNode? condition = Dependence.Condition(loop)?.Syntax;
        SyntaxNode where = condition ?? loop.Syntax;
        if (bound is null)
        {
            _program.Add(new Issue(LiftingDescriptors.Unbounded, condition?.GetLocation() ?? loop.Syntax.GetFirstToken().GetLocation(),
                condition is null ? "…" : LiftedProgram.Brief(condition), FreeName.Near(loop.Syntax)));
        }
        else if (stuck is { } variable)
        {
            _program.Refuse(where, $"its number of steps depends on a number, and it writes {variable.Name.Substring(2)}, a {TypeNames.Brief(variable.Type!)}, "
                + "which cannot be carried from step to step; write numbers, or elements of an array");
        }
        else if (!canBeCarried)
        {
            _program.Refuse(where, "its number of steps depends on a number, and a step needs values that are known before; let it use its counter in "
                + "arithmetic, and as a position in arrays of double, only");
        }
    }

    private bool NeedsKnown(ILoopOperation loop, IOperation[] within)
    {
        ISymbol[] moving = [.. Assigned.In(within)];
        Dependence then = Dependence.With(moving);
        return within.SelectMany(KnownSites.In).Any(site => then.Has(site.Needed))
            || within.SelectMany(operation => operation.DescendantsAndSelf()).OfType<ILoopOperation>()
                .Any(inner => !ReferenceEquals(inner, loop) && LoopShape.Of(inner) is null && then.Ends(inner));
    }

    // the most steps from where the counter is now
    private string Bound(LoopShape shape)
    {
        (string counter, string limit) = (Name(shape.Counter), Expression(shape.Limit));
        counter = shape.Offset == 0 ? counter : $"({counter} + {shape.Offset.ToString(System.Globalization.CultureInfo.InvariantCulture)})";
        string distance = shape.Step > 0 ? $"{limit} - {counter}" : $"{counter} - {limit}";
        int step = Math.Abs(shape.Step);
        int rounding = shape.IsInclusive ? step : step - 1;
        return step == 1 && rounding == 0 ? distance : $"({distance} + {rounding}) / {step}";
    }

    // what of a variable a loop carries; null if it cannot
    private IReadOnlyList<(string Path, string Type)>? Components(string path, ITypeSymbol type)
    {
        switch (LiftedTypes.KindOf(type))
        {
            case LiftedKind.Number or LiftedKind.Integer or LiftedKind.Truth or LiftedKind.Tensor:
                return [(path, _program.TypeOf(type))];
            case LiftedKind.Tuple:
                return All(((INamedTypeSymbol)type).TupleElements.Select((element, i) => ($"{path}.Item{i + 1}", element.Type)));
            case LiftedKind.Record:
                return All(TreeParser.Members((INamedTypeSymbol)type, default)
                    .Select(member => ($"{path}.{TypeNames.Escape(member.Symbol.Name)}", member.Type)));
            default:
                return null;
        }

        IReadOnlyList<(string, string)>? All(IEnumerable<(string Path, ITypeSymbol Type)> parts)
        {
            IReadOnlyList<(string, string)>?[] components = [.. parts.Select(part => Components(part.Path, part.Type))];
            return components.Any(part => part is null) ? null : [.. components.SelectMany(part => part!)];
        }
    }

    private static bool Jumps(ILoopOperation loop, ILabelSymbol target) => Within([loop.Body]).OfType<IBranchOperation>()
        .Any(branch => SymbolEqualityComparer.Default.Equals(branch.Target, target));

    private void Remember(ILabelSymbol label, string? flag)
    {
        if (flag is not null)
        {
            _exits[label] = flag;
        }
    }

    private static bool IsReturn(IOperation operation) => operation is IReturnOperation;

    /// <summary>A loop, taken apart.</summary>
    /// <param name="Condition">Whether there is a next step, as code.</param>
    /// <param name="Body">The statements of a step.</param>
    /// <param name="Bottom">What moves on, unless the loop was left.</param>
    /// <param name="Own">Variables of the emitted code that move on with it: name, type, next value.</param>
    /// <param name="Broken">The flag of a jump out of the loop.</param>
    /// <param name="Skipped">The flag of a jump to the next step.</param>
    private sealed record LoopParts(string Condition, IReadOnlyList<IOperation> Body, IReadOnlyList<IOperation> Bottom,
        IReadOnlyList<(string Name, string Type, string Next)> Own, string? Broken, string? Skipped)
    {
        /// <summary>The first statement of a step, as code.</summary>
        public string? Begin { get; init; }

        /// <summary>The most steps that are left, as code, where no counter of the user's says so.</summary>
        public string? Bound { get; init; }

        /// <summary>Whether the place in the collection must be known.</summary>
        public bool NeedsKnownPlace { get; init; }
    }
}
