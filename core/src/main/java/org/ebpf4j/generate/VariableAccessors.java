package org.ebpf4j.generate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.codec.CTypeName;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.Variable;

/// The methods that give the global variables of an object, and those that give them a first value.
final class VariableAccessors {
  /// A variable that gets methods.
  private record Named(Variable variable, JavaType type) {}

  private final Btf types;
  private final List<Named> variables = new ArrayList<>();

  VariableAccessors(ObjectSpec object, Btf types, TypeTable table) {
    this.types = types;
    var all = object.variables();
    var counts = new HashMap<String, Integer>();
    all.forEach(variable -> counts.merge(variable.name(), 1, Integer::sum));
    for (var variable : all) {
      // What compilers make, or functions keep to themselves, has a name with a dot, or several.
      if (counts.getOrDefault(variable.name(), 0) == 1
          && NameScope.isIdentifier(variable.name())
          && !variable.name().startsWith("____")
          && !isUnused(variable)
          && variable.size() > 0
          && types.size(variable.type()) == variable.size()) {
        var path = NameScope.type(variable.name()) + "Variable";
        variables.add(new Named(variable, table.written(variable.type(), path)));
      }
    }
  }

  /// Whether it is there only to say of what type events are.
  private boolean isUnused(Variable variable) {
    return (variable.name().startsWith("unused") || variable.name().endsWith("unused"))
        && types.type(types.resolve(variable.type())) instanceof BtfType.Pointer;
  }

  private String describe(Variable variable) {
    return (variable.constant() ? "Constant " : "Variable ")
        + SourceText.code(variable.name())
        + ": "
        + SourceText.code(CTypeName.of(types, variable.type()))
        + ".";
  }

  List<Accessor> accessors(NameScope methods) {
    var accessors = new ArrayList<Accessor>();
    for (var one : variables) {
      var imports = new TreeSet<>(one.type().imports());
      imports.add("org.ebpf4j.TypedVariable");
      accessors.add(
          new Accessor(
              methods.claim(NameScope.member(one.variable().name()), "Variable"),
              "TypedVariable<" + one.type().whole() + ">",
              imports,
              List.of(describe(one.variable())),
              "variable("
                  + SourceText.literal(one.variable().name())
                  + ", "
                  + one.type().literal()
                  + ")"));
    }
    return accessors;
  }

  /// The methods that give another first value.
  void writeFirstValues(SourceText text) {
    var methods = new NameScope(false, Set.of());
    for (var one : variables) {
      var name = methods.claim("with" + NameScope.type(one.variable().name()), "Variable");
      text.empty();
      text.doc(2, "The same with another first value. " + describe(one.variable()));
      text.line(2, "public Spec " + name + "(" + one.type().text() + " value) {");
      text.line(3, "return new Spec(");
      text.line(
          5,
          "TypedObject.withVariable(MethodHandles.lookup(), object, "
              + SourceText.literal(one.variable().name())
              + ", "
              + one.type().literal()
              + ", value));");
      text.line(2, "}");
    }
  }
}
