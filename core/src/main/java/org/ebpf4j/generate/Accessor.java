package org.ebpf4j.generate;

import java.util.List;
import java.util.Set;

/// A method of the generated class that gives a part of the object.
///
/// @param name its name
/// @param type what it returns
/// @param imports the classes to import for it
/// @param doc lines of documentation
/// @param body the expression that it returns
record Accessor(String name, String type, Set<String> imports, List<String> doc, String body) {
  Accessor {
    imports = Set.copyOf(imports);
    doc = List.copyOf(doc);
  }

  void write(SourceText text) {
    text.empty();
    doc.forEach(line -> text.doc(1, line));
    text.line(1, "public " + type + " " + name + "() {");
    text.line(2, "return " + body + ";");
    text.line(1, "}");
  }
}
