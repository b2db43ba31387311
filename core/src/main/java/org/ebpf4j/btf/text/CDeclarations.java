package org.ebpf4j.btf.text;

import java.io.IOException;
import java.util.List;
import org.ebpf4j.btf.Btf;

/// The types of a BTF as C that a compiler takes, and lays out as BTF says: definitions in an order
/// that compiles, declarations before them where types point at each other, padding and
/// `__attribute__((packed))` where the compiler would place members otherwise. The text is that of
/// `bpftool btf dump file FILE format c`. A type of BTF that C cannot have gives a
/// [org.ebpf4j.error.MalformedObjectException]. One thread at a time may use one.
public final class CDeclarations {
  /// A walk over all types of a kernel takes some 12 steps for each.
  private static final long STEPS_PER_TYPE = 64;

  private static final long STEPS_AT_LEAST = 100_000;

  private final DecodedTypes decoded;
  private final int pointerSize;

  /// Types of that BTF.
  public CDeclarations(Btf btf) {
    this.decoded = new DecodedTypes(btf);
    this.pointerSize = CLayout.pointerSize(decoded);
  }

  private TypeWalk walk() {
    return new TypeWalk(decoded, STEPS_AT_LEAST + STEPS_PER_TYPE * decoded.count());
  }

  /// The definition of one type, behind those of all types that it needs. Types that have no
  /// definition of their own, such as pointers and functions, give none.
  public String definition(int id) {
    return definitions(List.of(id));
  }

  /// The definitions of several types, each once.
  public String definitions(List<Integer> ids) {
    var out = new StringBuilder();
    ids.forEach(new CDefinitions(walk(), pointerSize, out)::define);
    return out.toString();
  }

  /// A declaration of `name` as of type `id`, such as `int (*name)(void)`. An empty name gives the
  /// type alone. Structs, unions and enums with names are named only, those without are spelt out.
  public String declaration(int id, String name) {
    var out = new StringBuilder();
    new CTypeText(walk(), pointerSize, new CNames(decoded.count()), out).declarator(id, name, 0, 0);
    return out.toString();
  }

  /// Writes the definitions of all types; of split BTF, its own and those that they need. Types of
  /// kinds that later kernels know are left out.
  public void writeAll(Appendable out) throws IOException {
    var text = new StringBuilder();
    var definitions = new CDefinitions(walk(), pointerSize, text);
    for (int id = decoded.btf().firstId(); id < decoded.count(); id++) {
      if (decoded.isKnown(id)) {
        definitions.define(id);
      }
      out.append(text);
      text.setLength(0);
    }
  }

  /// Writes a header file with all types, as BPF programs include it: accesses to the structs in it
  /// are relocated where `BPF_NO_PRESERVE_ACCESS_INDEX` is not defined.
  public void writeHeader(Appendable out) throws IOException {
    out.append(
        """
        #ifndef __VMLINUX_H__
        #define __VMLINUX_H__

        #ifndef BPF_NO_PRESERVE_ACCESS_INDEX
        #pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)
        #endif

        """);
    writeAll(out);
    out.append(
        """
        #ifndef BPF_NO_PRESERVE_ACCESS_INDEX
        #pragma clang attribute pop
        #endif

        #endif /* __VMLINUX_H__ */
        """);
  }
}
