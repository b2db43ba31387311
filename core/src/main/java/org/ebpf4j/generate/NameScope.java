package org.ebpf4j.generate;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/// Names of Java in one place, each given once; and how names of C are spelled in Java.
final class NameScope {
  private static final Set<String> KEYWORDS =
      Set.of(
          "_",
          "abstract",
          "assert",
          "boolean",
          "break",
          "byte",
          "case",
          "catch",
          "char",
          "class",
          "const",
          "continue",
          "default",
          "do",
          "double",
          "else",
          "enum",
          "extends",
          "false",
          "final",
          "finally",
          "float",
          "for",
          "goto",
          "if",
          "implements",
          "import",
          "instanceof",
          "int",
          "interface",
          "long",
          "native",
          "new",
          "null",
          "package",
          "private",
          "protected",
          "public",
          "return",
          "short",
          "static",
          "strictfp",
          "super",
          "switch",
          "synchronized",
          "this",
          "throw",
          "throws",
          "transient",
          "true",
          "try",
          "void",
          "volatile",
          "while");

  /// What no type may be called.
  private static final Set<String> NO_TYPES = Set.of("permits", "record", "sealed", "var", "yield");

  /// Methods without parameters that each class has.
  static final Set<String> OBJECT =
      Set.of(
          "clone", "finalize", "getClass", "hashCode", "notify", "notifyAll", "toString", "wait");

  private final boolean types;
  private final Set<String> taken = new HashSet<>();

  /// @param types whether the names are those of types, which become names of files: such that
  ///   differ in case only are the same there
  NameScope(boolean types, Set<String> reserved) {
    this.types = types;
    reserved.forEach(this::take);
  }

  private boolean take(String name) {
    return taken.add(types ? name.toLowerCase(Locale.ROOT) : name);
  }

  /// A name that was not given yet: the one that is wanted, else with a suffix, else with a number.
  String claim(String wanted, String suffix) {
    if (!KEYWORDS.contains(wanted) && !(types && NO_TYPES.contains(wanted)) && take(wanted)) {
      return wanted;
    }
    if (take(wanted + suffix)) {
      return wanted + suffix;
    }
    for (int i = 2; ; i++) {
      if (take(wanted + suffix + i)) {
        return wanted + suffix + i;
      }
    }
  }

  /// Whether Java takes it as one name.
  static boolean isIdentifier(String name) {
    return !name.isEmpty()
        && !KEYWORDS.contains(name)
        && Character.isJavaIdentifierStart(name.charAt(0))
        && name.chars().allMatch(Character::isJavaIdentifierPart);
  }

  /// A name of C as a method or component of Java: `min_us` is `minUs`, `MAX_PORTS` is `maxPorts`.
  static String member(String name) {
    var plain = plain(name);
    if (plain.chars().noneMatch(c -> c >= 'a' && c <= 'z')) {
      plain = plain.toLowerCase(Locale.ROOT);
    }
    return begun(camel(plain));
  }

  /// The same, as codecs spell the names of members.
  static String camel(String name) {
    var text = new StringBuilder();
    var upper = false;
    for (int i = 0; i < name.length(); i++) {
      var c = name.charAt(i);
      if (c == '_') {
        upper = !text.isEmpty();
      } else {
        text.append(upper ? Character.toUpperCase(c) : c);
        upper = false;
      }
    }
    return text.toString();
  }

  /// A name of C as a type of Java: `task_info` is `TaskInfo`.
  static String type(String name) {
    var member = member(name);
    return Character.toUpperCase(member.charAt(0)) + member.substring(1);
  }

  /// A name of C as a constant of Java, which is spelled alike.
  static String constant(String name) {
    return begun(plain(name));
  }

  private static String plain(String name) {
    var text = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      var c = name.charAt(i);
      var known = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      text.append(known ? c : '_');
    }
    return text.toString();
  }

  private static String begun(String name) {
    return name.isEmpty()
        ? "unnamed"
        : Character.isJavaIdentifierStart(name.charAt(0)) ? name : "_" + name;
  }
}
