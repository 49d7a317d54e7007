using Hyperdiff.Generators.Analyzers.Calls;
using Hyperdiff.Generators.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Analyzers.Purity;

/// <summary>Collects what makes a body impure.</summary>
internal sealed class ImpurityWalker(OwnedValues owned) : CallWalker
{
    private const string PassAsParameter = "pass the value as a parameter";
    private const string ReturnInstead = "return the new value instead, or change a copy";

    private readonly List<Impurity> _found = [];

    public IReadOnlyList<Impurity> Found => _found;

    public override void VisitInvocation(IInvocationOperation operation)
    {
        IMethodSymbol method = operation.TargetMethod;
        if (!Framework(operation, method, "calls"))
        {
            if (method.IsExtern)
            {
                Add(PurityDescriptors.InputOutput, operation, $"calls native code: {Name(method)}",
                    "what it does cannot be seen; call it before, and pass its result");
            }
            else if (MutableTypes.IsMutator(method) && !owned.Contains(operation.Instance))
            {
                Add(PurityDescriptors.Mutation, operation, $"changes an object that it did not make: {operation.Instance?.Syntax}.{method.Name}",
                    ReturnInstead);
            }
            else if (MutableTypes.IsMutatorOfFirstArgument(method)
                && operation.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == 0)?.Value is { } changed && !owned.Contains(changed))
            {
                Add(PurityDescriptors.Mutation, operation, $"changes an array that it did not make: {changed.Syntax}", ReturnInstead);
            }
        }

        base.VisitInvocation(operation);
    }

    public override void VisitMethodReference(IMethodReferenceOperation operation)
    {
        Framework(operation, operation.Method, "refers to");
        base.VisitMethodReference(operation);
    }

    public override void VisitObjectCreation(IObjectCreationOperation operation)
    {
        if (operation.Constructor is { } constructor && FrameworkImpurities.Of(constructor) is var (rule, remedy))
        {
            Add(rule, operation, $"creates a {constructor.ContainingType.Name}", remedy);
        }

        base.VisitObjectCreation(operation);
    }

    public override void VisitPropertyReference(IPropertyReferenceOperation operation)
    {
        IPropertySymbol property = operation.Property;
        if (!Framework(operation, property, Verb(operation)) && property.IsStatic)
        {
            bool stored = property.ContainingType.GetMembers().OfType<IFieldSymbol>()
                .Any(field => SymbolEqualityComparer.Default.Equals(field.AssociatedSymbol, property));
            Static(operation, property, property.SetMethod is not null, stored && MutableTypes.Contains(property.Type));
        }

        base.VisitPropertyReference(operation);
    }

    public override void VisitFieldReference(IFieldReferenceOperation operation)
    {
        IFieldSymbol field = operation.Field;
        if (field is { IsStatic: true, IsConst: false } && !Framework(operation, field, Verb(operation)))
        {
            Static(operation, field, !field.IsReadOnly, MutableTypes.Contains(field.Type));
        }

        base.VisitFieldReference(operation);
    }

    public override void VisitSimpleAssignment(ISimpleAssignmentOperation operation)
    {
        Write(operation.Target);
        base.VisitSimpleAssignment(operation);
    }

    public override void VisitCompoundAssignment(ICompoundAssignmentOperation operation)
    {
        Write(operation.Target);
        base.VisitCompoundAssignment(operation);
    }

    public override void VisitCoalesceAssignment(ICoalesceAssignmentOperation operation)
    {
        Write(operation.Target);
        base.VisitCoalesceAssignment(operation);
    }

    public override void VisitIncrementOrDecrement(IIncrementOrDecrementOperation operation)
    {
        Write(operation.Target);
        base.VisitIncrementOrDecrement(operation);
    }

    public override void VisitDeconstructionAssignment(IDeconstructionAssignmentOperation operation)
    {
        foreach (IOperation target in operation.Target.DescendantsAndSelf().Where(target => target.Parent is ITupleOperation))
        {
            Write(target);
        }

        base.VisitDeconstructionAssignment(operation);
    }

    public override void VisitArgument(IArgumentOperation operation)
    {
        if (operation.Parameter?.RefKind is RefKind.Ref or RefKind.Out)
        {
            Write(operation.Value);
        }

        base.VisitArgument(operation);
    }

    public override void VisitEventAssignment(IEventAssignmentOperation operation)
    {
        Add(PurityDescriptors.Mutation, operation, $"subscribes to or leaves an event: {operation.EventReference.Syntax}", "subscribe outside the method");
        base.VisitEventAssignment(operation);
    }

    public override void VisitLock(ILockOperation operation)
    {
        Add(PurityDescriptors.Mutation, operation.LockedValue, $"locks {operation.LockedValue.Syntax}",
            "a pure method shares nothing that needs a lock: remove it");
        base.VisitLock(operation);
    }

    public override void VisitAwait(IAwaitOperation operation)
    {
        Add(PurityDescriptors.Mutation, operation, $"awaits {operation.Operation.Syntax}", "await before, and pass the result as a parameter");
        base.VisitAwait(operation);
    }

    private static string Verb(IOperation reference) => Targets.IsWritten(reference) ? "writes" : "reads";

    private static string Name(ISymbol member) => $"{member.ContainingType.Name}.{member.Name}";

    private bool Framework(IOperation operation, ISymbol member, string verb)
    {
        if (FrameworkImpurities.Of(member) is not var (rule, remedy))
        {
            return false;
        }

        Add(rule, operation, $"{verb} {Name(member)}", remedy);
        return true;
    }

    private void Static(IOperation operation, ISymbol member, bool settable, bool mutable)
    {
        if (settable)
        {
            string remedy = member.Locations.Any(location => location.IsInSource) ? PassAsParameter + ", or make it readonly" : PassAsParameter;
            Add(PurityDescriptors.StaticState, operation, $"{Verb(operation)} the mutable static {Kind(member)} {Name(member)}", remedy);
        }
        else if (mutable)
        {
            Add(
                PurityDescriptors.StaticState,
                operation,
                $"{Verb(operation)} {Name(member)}, a static {Kind(member)} whose contents can change",
                PassAsParameter + ", or hold it in a Tensor or an immutable collection");
        }
    }

    private static string Kind(ISymbol member) => member is IFieldSymbol ? "field" : "property";

    // statics are reported where they are referred to; variables belong to the call
    private void Write(IOperation target)
    {
        bool outside = target switch
        {
            IFieldReferenceOperation { Field.IsStatic: false } field => !owned.Contains(field.Instance),
            IPropertyReferenceOperation { Property.IsStatic: false } property => !owned.Contains(property.Instance),
            IArrayElementReferenceOperation element => !owned.Contains(element.ArrayReference),
            _ => false,
        };
        if (outside)
        {
            Add(PurityDescriptors.Mutation, target, $"writes to {target.Syntax}, which it did not make", ReturnInstead);
        }
    }

    private void Add(DiagnosticDescriptor rule, IOperation operation, string deed, string remedy) =>
        _found.Add(new Impurity(rule, operation.Syntax.GetLocation(), deed, remedy));
}
