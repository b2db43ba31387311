package org.ebpf4j.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// A type that the generated class declares, for one of C.
sealed interface DeclaredType {
  /// What a line of the source holds.
  int LINE = 98;

  /// Its name in Java.
  String name();

  /// The classes to import for it.
  Set<String> imports();

  void write(SourceText text);

  /// A record for a struct or union.
  ///
  /// @param c what it is in C
  /// @param left the members of unions that have no component
  record Structure(String name, String c, List<Component> components, List<String> left)
      implements DeclaredType {
    public Structure {
      components = List.copyOf(components);
      left = List.copyOf(left);
    }

    @Override
    public Set<String> imports() {
      var imports = new TreeSet<String>();
      for (var component : components) {
        imports.addAll(component.type().imports());
        for (var annotation : component.annotations()) {
          imports.add("org.ebpf4j.codec." + annotation.replaceFirst("@([A-Za-z0-9]+).*", "$1"));
        }
      }
      return imports;
    }

    @Override
    public void write(SourceText text) {
      text.doc(1, SourceText.code(c) + ".");
      if (!left.isEmpty()) {
        text.doc(1, "");
        text.doc(1, "Left out, as they stand in the same bytes as others: " + code(left) + ".");
      }
      text.doc(1, "");
      for (var component : components) {
        text.doc(1, "@param " + component.name() + " " + SourceText.code(component.c()));
      }
      if (components.stream().anyMatch(component -> component.type().text().endsWith("[]"))) {
        // Error Prone warns of them, where a project has it.
        text.line(1, "@SuppressWarnings(\"ArrayRecordComponent\")");
      }
      var parts = components.stream().map(Component::declaration).toList();
      var line = "public record " + name + "(" + String.join(", ", parts) + ") {}";
      if (line.length() <= LINE) {
        text.line(1, line);
        return;
      }
      text.line(1, "public record " + name + "(");
      text.line(3, String.join(",\n      ", parts) + ") {}");
    }

    private static String code(List<String> names) {
      return String.join(", ", names.stream().map(SourceText::code).toList());
    }
  }

  /// A component of a record.
  ///
  /// @param member the name of the member, where an annotation has to say it; else empty
  /// @param c the member in C
  record Component(String name, JavaType type, String member, String c) {
    String declaration() {
      return String.join(" ", annotations())
          + (annotations().isEmpty() ? "" : " ")
          + type.text()
          + " "
          + name;
    }

    List<String> annotations() {
      var annotations = new ArrayList<>(type.annotations());
      if (!member.isEmpty()) {
        annotations.add("@Member(" + SourceText.literal(member) + ")");
      }
      return annotations;
    }
  }

  /// An enum.
  ///
  /// @param c what it is in C
  record Enumeration(String name, String c, List<Constant> constants) implements DeclaredType {
    public Enumeration {
      constants = List.copyOf(constants);
    }

    @Override
    public Set<String> imports() {
      return constants.stream().anyMatch(constant -> !constant.name().equals(constant.c()))
          ? Set.of("org.ebpf4j.codec.Member")
          : Set.of();
    }

    @Override
    public void write(SourceText text) {
      text.doc(1, SourceText.code(c) + ".");
      text.line(1, "public enum " + name + " {");
      for (int i = 0; i < constants.size(); i++) {
        var constant = constants.get(i);
        var member =
            constant.name().equals(constant.c())
                ? ""
                : "@Member(" + SourceText.literal(constant.c()) + ") ";
        text.doc(2, String.valueOf(constant.value()));
        text.line(2, member + constant.name() + (i + 1 < constants.size() ? "," : ""));
      }
      text.line(1, "}");
    }
  }

  /// A constant of an enum.
  record Constant(String name, String c, String value) {}
}
