package org.ebpf4j.verifier.internal.call;

/// The prototype of a helper function in C, taken apart.
final class Prototype {
  private Prototype() {}

  /// The type of a parameter, such as `struct task_struct *`, without `const`.
  static String parameter(String prototype, int index) {
    var list = prototype.substring(prototype.indexOf('(') + 1, prototype.lastIndexOf(')'));
    var words = list.split(",", -1);
    if (index >= words.length) {
      return "";
    }
    var text = words[index].strip();
    int end = text.length();
    while (end > 0 && Character.isJavaIdentifierPart(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end).replace("const ", "").strip();
  }

  /// The struct that a function returns a pointer to; empty for another result.
  static String resultStruct(String prototype) {
    var head = prototype.substring(0, prototype.indexOf('(')).replace("const ", "").strip();
    return head.startsWith("struct ") && head.contains("*")
        ? head.substring("struct ".length(), head.indexOf('*')).strip()
        : "";
  }
}
