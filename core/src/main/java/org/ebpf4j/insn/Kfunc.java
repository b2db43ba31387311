package org.ebpf4j.insn;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A function of the kernel that programs call by name, as one kernel has it: what its verifier
/// asks and says of it.
///
/// What is known stands in `kfuncs.tsv` beside this class, which `core/tables/Kfuncs.java` makes of
/// the sources of some kernels. Which functions a running kernel has says its BTF: functions with
/// the tag [#TAG] (since 6.10).
///
/// @param name its name, such as `bpf_task_acquire`
/// @param flags what the verifier is told
/// @param programTypes the labels of the types of programs that may call it, such as `sched_cls`;
///   empty for all
/// @param prototype the head of its definition in C; `?` where that is not known
public record Kfunc(String name, Set<KfuncFlag> flags, Set<String> programTypes, String prototype) {
  /// The tag that such functions have in the BTF of a kernel.
  public static final String TAG = "bpf_kfunc";

  /// Copies what can change.
  public Kfunc {
    flags = flags.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(flags));
    programTypes = Set.copyOf(programTypes);
  }

  /// A parameter in C.
  ///
  /// @param type its type, such as `struct task_struct *`
  /// @param name its name without suffixes; empty where it has none
  /// @param suffixes what the name says to the verifier (`Documentation/bpf/kfuncs.rst`): `sz`,
  ///   `szk`, `k`, `ign`, `opt`, `str`, `map`, `uninit`, `alloc`, `refcounted_kptr`, `nullable`,
  ///   `const_map`, `prog`, `irq_flag`
  public record Parameter(String type, String name, Set<String> suffixes) {
    /// Copies what can change.
    public Parameter {
      suffixes = Set.copyOf(suffixes);
    }

    /// Whether it is a pointer, or a function.
    public boolean isPointer() {
      return type.endsWith("*") || type.endsWith(")");
    }

    /// Whether it is a function of the program.
    public boolean isFunction() {
      return type.endsWith(")");
    }

    private static Parameter of(String text) {
      var open = text.indexOf('(');
      if (open >= 0) {
        var close = text.indexOf(')', open);
        var name = text.substring(open + 1, close).replace("*", "").strip();
        return new Parameter(
            text.substring(0, open).strip() + " (" + text.substring(close + 1).strip(),
            name,
            Set.of());
      }
      int end = text.length();
      while (end > 0 && Character.isJavaIdentifierPart(text.charAt(end - 1))) {
        end--;
      }
      var words = text.substring(end).split("__", -1);
      return new Parameter(
          text.substring(0, end).strip(),
          words[0],
          Set.of(words).size() == words.length
              ? Set.copyOf(List.of(words).subList(1, words.length))
              : Set.of());
    }
  }

  /// The function as a kernel has it; empty where it has none of that name. For a kernel that is
  /// not among those that were read, what the newest one before it has.
  ///
  /// @param kernel a version such as `6.12`
  public static Optional<Kfunc> of(String name, String kernel) {
    return KfuncTable.function(name, kernel);
  }

  /// The first of the kernels that were read that has the function; empty where none has.
  public static Optional<String> since(String name) {
    return KfuncTable.since(name);
  }

  /// The names of all that a kernel that was read has.
  public static Set<String> names() {
    return KfuncTable.names();
  }

  /// Whether the verifier is told this of it.
  public boolean is(KfuncFlag flag) {
    return flags.contains(flag);
  }

  /// Whether programs of a type, by its label, may call it.
  public boolean isFor(String type) {
    return programTypes.isEmpty() || programTypes.contains(type);
  }

  /// What it returns, in C; empty where that is not known.
  public String returnType() {
    var open = prototype.indexOf('(');
    return open < 0 ? "" : prototype.substring(0, open - name.length()).strip();
  }

  /// Its parameters, without those that the verifier supplies; none where they are not known.
  public List<Parameter> parameters() {
    var open = prototype.indexOf('(');
    if (open < 0 || prototype.endsWith("(void)")) {
      return List.of();
    }
    var all = new ArrayList<Parameter>();
    int depth = 0;
    int begin = open + 1;
    for (int i = begin; i < prototype.length(); i++) {
      var c = prototype.charAt(i);
      if (c == '(') {
        depth++;
      } else if (c == ')' && depth > 0) {
        depth--;
      } else if (depth == 0 && (c == ',' || c == ')')) {
        all.add(Parameter.of(prototype.substring(begin, i).strip()));
        begin = i + 1;
      }
    }
    if (is(KfuncFlag.IMPLICIT_ARGS)) {
      all.removeIf(p -> p.type().matches("(const )?struct (bpf_prog_aux|btf_struct_meta) \\*"));
    }
    return List.copyOf(all);
  }
}
