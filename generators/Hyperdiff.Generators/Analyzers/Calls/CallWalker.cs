using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Analyzers.Calls;

/// <summary>Collects what a body calls: methods, accessors, operators, constructors. Lambdas and local functions count as part of the body that holds
/// them.</summary>
internal abstract class CallWalker : OperationWalker
{
    private readonly List<ISymbol> _callees = [];

    /// <summary>The called methods; a type stands for the initialisers that its constructors run.</summary>
    public IReadOnlyList<ISymbol> Callees => _callees;

    /// <summary>A method as the key of its body: parts of partial methods, constructed generics and reduced extensions are one.</summary>
    public static ISymbol Key(IMethodSymbol method)
    {
        IMethodSymbol original = (method.ReducedFrom ?? method).OriginalDefinition;
        return original.PartialDefinitionPart ?? original;
    }

    public override void VisitNameOf(INameOfOperation operation)
    {
        // what is only named is neither read nor called
    }

    public override void VisitInvocation(IInvocationOperation operation)
    {
        Call(operation.TargetMethod);
        base.VisitInvocation(operation);
    }

    public override void VisitMethodReference(IMethodReferenceOperation operation)
    {
        Call(operation.Method);
        base.VisitMethodReference(operation);
    }

    public override void VisitPropertyReference(IPropertyReferenceOperation operation)
    {
        Call(Targets.IsWritten(operation) ? operation.Property.SetMethod : operation.Property.GetMethod);
        base.VisitPropertyReference(operation);
    }

    public override void VisitObjectCreation(IObjectCreationOperation operation)
    {
        Call(operation.Constructor);
        if (operation.Type?.OriginalDefinition is { } type)
        {
            _callees.Add(type);
        }

        base.VisitObjectCreation(operation);
    }

    public override void VisitBinaryOperator(IBinaryOperation operation)
    {
        Call(operation.OperatorMethod);
        base.VisitBinaryOperator(operation);
    }

    public override void VisitUnaryOperator(IUnaryOperation operation)
    {
        Call(operation.OperatorMethod);
        base.VisitUnaryOperator(operation);
    }

    public override void VisitConversion(IConversionOperation operation)
    {
        Call(operation.OperatorMethod);
        base.VisitConversion(operation);
    }

    public override void VisitCompoundAssignment(ICompoundAssignmentOperation operation)
    {
        Call(operation.OperatorMethod);
        base.VisitCompoundAssignment(operation);
    }

    private void Call(IMethodSymbol? method)
    {
        if (method is not null)
        {
            _callees.Add(Key(method));
        }
    }
}
