package org.ebpf4j.generate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.jspecify.annotations.Nullable;

/// The members of a struct or union that get a component each: those of structs and unions without
/// a name are among them, as C finds them there.
final class StructMembers {
  private static final int DEEPEST = 32;
  private static final int MOST = 4_096;

  /// A member.
  ///
  /// @param type its id
  /// @param firstBit where it starts, counted from the outermost struct
  /// @param bits how wide it is where it is a bit field, else 0
  record Found(String name, int type, long firstBit, int bits) {}

  private final Btf btf;
  private final int root;
  private final boolean written;
  private final List<Found> found = new ArrayList<>();
  private final List<String> left = new ArrayList<>();
  private @Nullable Map<String, List<String>> byName;
  private @Nullable Map<String, List<String>> byComponent;

  /// Structs and members so far, those without a name included: structs that contain one another
  /// twice multiply.
  private int visited;

  private StructMembers(Btf btf, int root, boolean written) {
    this.btf = btf;
    this.root = root;
    this.written = written;
  }

  /// @param written whether of a union only its widest member is wanted, which can be written
  static StructMembers of(Btf btf, int id, boolean written) {
    var members = new StructMembers(btf, id, written);
    members.collect(id, 0, 0);
    return members;
  }

  private void collect(int id, long start, int depth) {
    if (!(btf.type(id) instanceof BtfType.Struct struct)) {
      return;
    }
    var members = struct.members();
    visited += 1 + members.size();
    if (depth > DEEPEST || visited > MOST) {
      throw btf.malformed(root, "a struct that nests too deep, or has too many members");
    }
    if (struct.union() && written && members.size() > 1) {
      var widest = members.stream().max(Comparator.comparingLong(this::bits)).orElseThrow();
      // The first of those that are equally wide.
      var chosen = members.stream().filter(m -> bits(m) == bits(widest)).findFirst().orElseThrow();
      for (var member : members) {
        if (!member.equals(chosen)) {
          leave(member);
        }
      }
      members = List.of(chosen);
    }
    for (var member : members) {
      var type = btf.resolve(member.type());
      if (!member.name().isEmpty()) {
        found.add(
            new Found(
                member.name(), member.type(), start + member.bitOffset(), width(member, type)));
      } else if (btf.type(type) instanceof BtfType.Struct) {
        collect(type, start + member.bitOffset(), depth + 1);
      }
    }
  }

  private void leave(BtfType.Member member) {
    if (!member.name().isEmpty()) {
      left.add(member.name());
    } else if (btf.type(btf.resolve(member.type())) instanceof BtfType.Struct inner) {
      inner.members().stream()
          .map(BtfType.Member::name)
          .filter(name -> !name.isEmpty())
          .forEach(left::add);
    }
  }

  private long bits(BtfType.Member member) {
    return member.bits() != 0 ? member.bits() : 8 * btf.size(member.type());
  }

  /// Before kernels had a place for it in the member, the integer said how many bits it has.
  private int width(BtfType.Member member, int type) {
    return member.bits() == 0
            && btf.type(type) instanceof BtfType.Int number
            && number.bits() < 8 * number.size()
        ? number.bits()
        : member.bits();
  }

  /// Those that get a component, in their order.
  List<Found> found() {
    return found;
  }

  /// The members of unions that get none.
  List<String> left() {
    return left;
  }

  /// Whether components can stand for them: each is found by its name, and has bits that a number
  /// of Java has.
  boolean fit() {
    var names = new HashSet<String>();
    return found.stream()
        .allMatch(m -> names.add(m.name()) && !m.name().contains(".") && m.bits() <= Long.SIZE);
  }

  /// Whether a component of that name stands for a member without an annotation that says it.
  boolean isFoundBy(String component, Found member) {
    if (byName == null || byComponent == null) {
      byName = all().collect(Collectors.groupingBy(Function.identity()));
      byComponent = all().collect(Collectors.groupingBy(NameScope::camel));
    }
    var exact = byName.getOrDefault(component, List.of());
    var matches = exact.isEmpty() ? byComponent.getOrDefault(component, List.of()) : exact;
    return matches.size() == 1 && matches.getFirst().equals(member.name());
  }

  private Stream<String> all() {
    return Stream.concat(found.stream().map(Found::name), left.stream());
  }
}
