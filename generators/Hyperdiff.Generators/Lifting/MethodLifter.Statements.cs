using Hyperdiff.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Lifting;

/// <content>Statements and branches.</content>
internal sealed partial class MethodLifter
{
    private readonly Dictionary<IMethodSymbol, ILocalFunctionOperation> _functionsToCome = new(SymbolEqualityComparer.Default);

    private readonly HashSet<IMethodSymbol> _declaredFunctions = new(SymbolEqualityComparer.Default);

    private readonly HashSet<ILocalSymbol> _ofSections = new(SymbolEqualityComparer.Default);

    /// <summary>How many conditions around are not known while the method is traced.</summary>
    private int _uncertain;

    /// <summary>Statements one after the other.</summary>
    /// <param name="statements">The statements.</param>
    /// <param name="isEnd">Whether nothing of the function comes after them, so that no variable is read again.</param>
    private void Statements(IReadOnlyList<IOperation> statements, bool isEnd = false)
    {
        foreach (ILocalFunctionOperation function in statements.OfType<ILocalFunctionOperation>())
        {
            if (!_declaredFunctions.Contains(function.Symbol))
            {
                _functionsToCome[function.Symbol] = function;
            }
        }

        for (int i = 0; i < statements.Count; i++)
        {
            Declare(statements[i]);
            Statement(statements[i]);
            string[] flags = [.. FlagsSetBy(statements[i])];
            IOperation[] rest = [.. statements.Skip(i + 1).Where(statement => statement is not IReturnOperation { IsImplicit: true, ReturnedValue: null })];
            if (flags.Length == 0 || rest.Length == 0)
            {
                continue;
            }

            // what follows a jump is reached by those who did not jump; functions are declared for all
            if (statements[i] is not (IReturnOperation or IBranchOperation))
            {
                Branch($"!({string.Join(" | ", flags)})", Dependence.HasJumpUnderCondition(statements[i]), rest, () => Statements(rest, isEnd), [],
                    null, isEnd);
            }

            return;
        }
    }

    private void Statement(IOperation statement)
    {
        switch (statement)
        {
            case IBlockOperation block:
                _writer.Open("// block");
                Statements(block.Operations);
                _writer.Close();
                break;
            case IVariableDeclarationGroupOperation group:
                foreach (IVariableDeclaratorOperation declarator in group.Declarations.SelectMany(declaration => declaration.Declarators))
                {
                    Declare(declarator);
                }

                break;
            case IExpressionStatementOperation { Operation: { } expression }:
                Effect(expression);
                break;
            case IConditionalOperation conditional:
                Branch(Expression(conditional.Condition), Dependence.Has(conditional.Condition), [conditional.WhenTrue],
                    () => Nested(conditional.WhenTrue), conditional.WhenFalse is { } no ? [no] : [],
                    conditional.WhenFalse is { } otherwise ? () => Nested(otherwise) : null);
                break;
            case ISwitchOperation choice:
                Switch(choice);
                break;
            case ILoopOperation loop:
                Loop(loop);
                break;
            case IReturnOperation { ReturnedValue: { } certain } when Assigned.Bare(certain) is IThrowOperation raised:
                _writer.Line(Throw(raised) + ";");
                break;
            case IReturnOperation { ReturnedValue: { } value }:
                _writer.Line(Current.Returned is { } returned
                    ? $"{Current.Result} = {Expression(value)}; {returned} = true;" : $"return {Expression(value)};");
                break;
            case IReturnOperation:
                if (Current.Returned is { } ended)
                {
                    _writer.Line($"{ended} = true;");
                }

                break;
            case IBranchOperation { Target: { } target } branch when _exits.TryGetValue(target, out string? flag):
                _writer.Line($"{flag} = true;");
                break;
            case IThrowOperation raised:
                _writer.Line(Throw(raised) + ";");
                break;
            case ILocalFunctionOperation or IEmptyOperation:
                break;
            default:
                _program.Refuse(statement, "this kind of statement has no form over tensors; use assignments, branches and loops");
                break;
        }
    }

    private void Nested(IOperation statement) => Statements(statement is IBlockOperation block ? [.. block.Operations] : [statement]);

    private void Declare(IVariableDeclaratorOperation declarator)
    {
        if (declarator.Symbol.IsRef || declarator.Symbol.Type.IsRefLikeType)
        {
            _program.Refuse(declarator, "a reference or a span stands for a place in memory, which a traced number has none of; use a variable, or an array");
            return;
        }

        string value = declarator.GetVariableInitializer() is { Value: { } initial } ? Expression(initial) : "default!";
        string type = _ofSections.Contains(declarator.Symbol) ? string.Empty : _program.TypeOf(declarator.Symbol.Type) + " ";
        _writer.Line($"{type}{Name(declarator.Symbol)} = {value};");
    }

    // a function may stand behind its first use, even behind the return; where it is used, all that it reads is there
    private void Declare(IOperation user)
    {
        if (user is ILocalFunctionOperation)
        {
            return;
        }

        foreach (IMethodSymbol used in user.DescendantsAndSelf().Select(operation => operation switch
        {
            IInvocationOperation call => call.TargetMethod,
            IMethodReferenceOperation reference => reference.Method,
            _ => null,
        }).OfType<IMethodSymbol>())
        {
            if (_functionsToCome.TryGetValue(used, out ILocalFunctionOperation? function))
            {
                _functionsToCome.Remove(used);
                _declaredFunctions.Add(used);
                if (function.Body is { } body)
                {
                    Declare(body);
                }

                LocalFunction(function);
            }
        }
    }

    private void LocalFunction(ILocalFunctionOperation function)
    {
        if (function.Body is not { } body || function.Symbol.IsGenericMethod || function.Symbol.Parameters.Any(parameter => parameter.RefKind != RefKind.None))
        {
            _program.Refuse(function, "a function within a lifted method takes plain values, and is not generic");
            return;
        }

        RequireNoWrites(body);
        if (CallsItself(function.Symbol, body, []))
        {
            _program.Refuse(function, "it calls itself, and both branches of a condition are computed: write a loop");
        }

        string parameters = string.Join(", ", function.Symbol.Parameters.Select(parameter => $"{_program.TypeOf(parameter.Type)} {Name(parameter)}"));
        _writer.Open($"{(function.Symbol.ReturnsVoid ? "void" : _program.TypeOf(function.Symbol.ReturnType))} f_{function.Symbol.Name}({parameters})");
        Body(body, function.Symbol.ReturnsVoid ? null : function.Symbol.ReturnType);
        _writer.Close();
    }

    private static bool CallsItself(IMethodSymbol function, IOperation body, HashSet<ISymbol> seen) => body.DescendantsAndSelf().OfType<IInvocationOperation>()
        .Where(call => call.TargetMethod.MethodKind == MethodKind.LocalFunction)
        .Any(call => SymbolEqualityComparer.Default.Equals(call.TargetMethod, function)
            || (seen.Add(call.TargetMethod) && Declaration(call) is { Body: { } next } && CallsItself(function, next, seen)));

    private static ILocalFunctionOperation? Declaration(IInvocationOperation call)
    {
        IOperation root = call;
        while (root.Parent is { } parent)
        {
            root = parent;
        }

        return root.Descendants().OfType<ILocalFunctionOperation>().FirstOrDefault(
            function => SymbolEqualityComparer.Default.Equals(function.Symbol, call.TargetMethod));
    }

    // a function that writes what is outside it would write it under no condition
    private void RequireNoWrites(IOperation function)
    {
        foreach (IOperation operation in function.DescendantsAndSelf())
        {
            foreach (IOperation target in Assigned.Targets(operation))
            {
                if (Assigned.Variable(target) is { } variable && Assigned.In(function).Contains(variable, SymbolEqualityComparer.Default)
                    && !IsParameterWithin(variable, function))
                {
                    _program.Refuse(operation, $"it writes {variable.Name}, which is outside of the function; return the value instead");
                }
            }
        }
    }

    private static bool IsParameterWithin(ISymbol variable, IOperation function) => variable is IParameterSymbol parameter
        && parameter.DeclaringSyntaxReferences.Any(reference => function.Syntax.Parent?.FullSpan.Contains(reference.Span) == true
            || function.Syntax.FullSpan.Contains(reference.Span));

    /// <summary>A branch, of which one side runs, or both where the condition is not known; what they leave in variables is chosen.</summary>
    private void Branch(string condition, bool depends, IReadOnlyList<IOperation> yes, Action then, IReadOnlyList<IOperation> no, Action? otherwise,
        bool isEnd = false)
    {
        Variable[] written = [.. Written([.. yes, .. no]).Where(variable => !isEnd || variable.Type is null || variable.Name == Current.Result)];
        if (depends)
        {
            RequireChoosable(written, yes.Concat(no));
        }

        _uncertain += depends ? 1 : 0;

        string known = Fresh("condition");
        _writer.Open("// branch");
        _writer.Line($"{LiftedNames.Truth} {known} = {condition};");
        string[] before = [.. written.Select(variable => Saved(variable))];
        Side(known, $"{known}.MayBeTrue", then);
        string[] after = [.. written.Select(variable => Saved(variable))];
        for (int i = 0; i < written.Length; i++)
        {
            _writer.Line($"{written[i].Name} = {before[i]};");
        }

        if (otherwise is not null)
        {
            Side("!" + known, $"{known}.MayBeFalse", otherwise);
        }

        _uncertain -= depends ? 1 : 0;
        for (int i = 0; i < written.Length; i++)
        {
            string chosen = written[i].Type is { } type ? MirrorEmitter.Choose(_program, type, known, after[i], written[i].Name)
                : $"{LiftedNames.Call}.Choose({known}, {after[i]}, {written[i].Name})";
            _writer.Line($"{written[i].Name} = {chosen};");
        }

        _writer.Close();
    }

    private void Side(string condition, string test, Action statements)
    {
        _writer.Open($"if ({test})");
        _writer.Line($"call.Enter({condition});");
        statements();
        _writer.Line("call.Leave();");
        _writer.Close();
    }

    private string Saved(Variable variable)
    {
        string name = Fresh("was");
        _writer.Line($"var {name} = {variable.Name};");
        return name;
    }

    private void RequireChoosable(Variable[] written, IEnumerable<IOperation> sides)
    {
        foreach (Variable variable in written)
        {
            if (variable.Type is { } type && LiftedTypes.KindOf(type) is LiftedKind.Plain or LiftedKind.Array or LiftedKind.Function)
            {
                IOperation write = sides.SelectMany(side => side.DescendantsAndSelf()).FirstOrDefault(operation => Assigned.Targets(operation)
                    .Any(target => Assigned.Variable(target) is { } symbol && Name(symbol) == variable.Name)) ?? sides.First();
                _program.Refuse(write, $"both branches are computed where the condition depends on a number, and a {TypeNames.Brief(type)} cannot be chosen; "
                    + "choose among double, int or bool");
            }
        }
    }

    // the variables of this function that operations write, and the flags that they set
    private IEnumerable<Variable> Written(IReadOnlyList<IOperation> operations)
    {
        foreach (ISymbol symbol in Assigned.In(operations))
        {
            yield return new Variable(Name(symbol), symbol is ILocalSymbol local ? local.Type : ((IParameterSymbol)symbol).Type);
        }

        foreach (string flag in operations.SelectMany(FlagsSetBy).Distinct())
        {
            yield return new Variable(flag, null);
            if (flag == Current.Returned && Current.Result is { } result)
            {
                yield return new Variable(result, Current.Type);
            }
        }
    }

    // the flags of jumps within an operation that end beyond it
    private IEnumerable<string> FlagsSetBy(IOperation operation)
    {
        foreach (IOperation inner in Within([operation]))
        {
            if (inner is IReturnOperation { IsImplicit: false } or IReturnOperation { ReturnedValue: not null })
            {
                if (Current.Returned is { } returned)
                {
                    yield return returned;
                }
            }
            else if (inner is IBranchOperation { Target: { } target } branch && _exits.TryGetValue(target, out string? flag) && !IsOwn(branch, operation))
            {
                yield return flag;
            }
        }
    }

    // whether the loop or the switch that a jump ends lies within an operation
    private static bool IsOwn(IBranchOperation branch, IOperation operation) => operation.DescendantsAndSelf().Any(inner =>
        inner is ILoopOperation loop
            ? SymbolEqualityComparer.Default.Equals(loop.ExitLabel, branch.Target) || SymbolEqualityComparer.Default.Equals(loop.ContinueLabel, branch.Target)
            : inner is ISwitchOperation choice && SymbolEqualityComparer.Default.Equals(choice.ExitLabel, branch.Target));

    private void Switch(ISwitchOperation choice)
    {
        string value = Fresh("value"), exit = Fresh("left");
        _exits[choice.ExitLabel] = exit;
        _writer.Open("// switch");
        foreach (ILocalSymbol shared in SharedAmongSections(choice))
        {
            _ofSections.Add(shared);
            _writer.Line($"{_program.TypeOf(shared.Type)} {Name(shared)} = default!;");
        }

        _writer.Line($"var {value} = {Expression(choice.Value)};");
        _writer.Line($"{LiftedNames.Truth} {exit} = false;");
        Sections([.. choice.Cases.OrderBy(section => section.Clauses.Any(clause => clause.CaseKind == CaseKind.Default))], 0, choice, value);
        _writer.Close();
    }

    // all sections are one scope to C#: one may use a variable that another declares
    private static IEnumerable<ILocalSymbol> SharedAmongSections(ISwitchOperation choice) => choice.Cases.SelectMany(section => section.Body
        .SelectMany(statement => (statement as IVariableDeclarationGroupOperation)?.Declarations ?? [])
        .SelectMany(declaration => declaration.Declarators).Select(declarator => declarator.Symbol)
        .Where(symbol => choice.Cases.Any(other => !ReferenceEquals(other, section)
            && other.Descendants().OfType<ILocalReferenceOperation>().Any(use => SymbolEqualityComparer.Default.Equals(use.Local, symbol)))));

    private void Sections(ISwitchCaseOperation[] sections, int i, ISwitchOperation choice, string value)
    {
        if (i == sections.Length)
        {
            return;
        }

        IOperation[] body = [.. sections[i].Body];
        if (sections[i].Clauses.Any(clause => clause.CaseKind == CaseKind.Default))
        {
            Nested(body);
            return;
        }

        string condition = string.Join(" | ", sections[i].Clauses.Select(clause => Clause(clause, choice, value)));
        Branch(condition, Dependence.Has(choice.Value), body, () => Nested(body), [.. sections.Skip(i + 1)], () => Sections(sections, i + 1, choice, value));
    }

    private void Nested(IOperation[] section) => Statements(section.Length == 1 && section[0] is IBlockOperation block ? [.. block.Operations] : section);

    private string Clause(ICaseClauseOperation clause, ISwitchOperation choice, string value) => clause switch
    {
        ISingleValueCaseClauseOperation single => Equal(choice.Value.Type!, value, Expression(single.Value)),
        IPatternCaseClauseOperation pattern => pattern.Guard is { } guard
            ? $"call.And({Pattern(pattern.Pattern, value, choice.Value.Type!)}, () => {Expression(guard)})"
            : Pattern(pattern.Pattern, value, choice.Value.Type!),
        _ => Refused(clause, "this kind of case has no form over tensors; compare with constants"),
    };
}
