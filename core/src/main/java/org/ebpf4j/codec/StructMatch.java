package org.ebpf4j.codec;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.LayoutMismatchException.Fault;
import org.jspecify.annotations.Nullable;

/// The matching of one record with one struct.
final class StructMatch {
  /// A component that asks for a member, and what is wrong with that, if anything.
  private record Claim(JavaPart part, String problem) {}

  private final BtfMatch match;
  private final Btf btf;
  private final CMember.Group group;
  private final int id;
  private final int size;
  private final List<Plan.Component> components = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  private final Set<CMember> named = Collections.newSetFromMap(new IdentityHashMap<>());

  /// The members of those that a name with dots leads through.
  private final IdentityHashMap<CMember, CMember.Group> entered = new IdentityHashMap<>();

  private final IdentityHashMap<CMember, List<Claim>> claims = new IdentityHashMap<>();
  private final List<LayoutTable.Line> withoutMember = new ArrayList<>();

  /// @param match what the components themselves are fitted by
  /// @param id the struct
  StructMatch(BtfMatch match, Btf btf, int id, int size) {
    this.match = match;
    this.btf = btf;
    this.id = id;
    this.group = CMember.of(btf, id, 0);
    this.size = size;
  }

  /// Fits a component to the member that it asks for.
  void add(JavaPart part) {
    CMember member = null;
    try {
      member = find(part);
      named.add(member);
      components.add(component(part, member));
      line(part, member, "");
    } catch (Misfit e) {
      faults.add(new Fault(part.name(), e.problem()));
      line(part, member, e.problem());
    }
  }

  private void line(JavaPart part, @Nullable CMember member, String problem) {
    if (member == null) {
      withoutMember.add(LayoutTable.inJava(part, problem));
    } else {
      claims.computeIfAbsent(member, _ -> new ArrayList<>()).add(new Claim(part, problem));
    }
  }

  private CMember find(JavaPart part) throws Misfit {
    if (part.member() == null) {
      var exact = matches(group, part.name(), false);
      return one(exact.isEmpty() ? matches(group, part.name(), true) : exact, part.name());
    }
    var in = group;
    CMember found = null;
    for (var name : part.member().split("\\.", -1)) {
      if (found != null) {
        in = enter(found);
      }
      found = one(matches(in, name, false), name);
    }
    if (found == null) {
      throw new Misfit("an empty name");
    }
    return found;
  }

  private CMember.Group enter(CMember member) throws Misfit {
    var id = btf.resolve(member.type());
    if (!(btf.type(id) instanceof BtfType.Struct)) {
      throw new Misfit(member.name() + " is no struct or union");
    }
    return entered.computeIfAbsent(member, m -> CMember.of(btf, id, m.firstBit()));
  }

  private static List<CMember> matches(CMember.Group group, String name, boolean converted) {
    return group.named().stream()
        .filter(m -> (converted ? inJava(m.name()) : m.name()).equals(name))
        .toList();
  }

  private static CMember one(List<CMember> found, String name) throws Misfit {
    if (found.isEmpty()) {
      throw new Misfit("no member '" + name + "'");
    }
    if (found.size() > 1) {
      throw new Misfit(
          "stands for each of "
              + String.join(", ", found.stream().map(CMember::name).toList())
              + ": say which by @Member");
    }
    return found.getFirst();
  }

  private Plan.Component component(JavaPart part, CMember member) throws Misfit {
    var first = member.firstBit();
    var bits = member.bits();
    // Before kernels had a place for it in the member, the integer said how many bits it has.
    if (bits == 0
        && btf.type(btf.resolve(member.type())) instanceof BtfType.Int t
        && t.bits() < 8 * t.size()) {
      bits = t.bits();
      first += t.bitOffset();
    }
    if (bits == 0) {
      var flexible = btf.isFlexibleArray(id, member.type(), first);
      var plan = flexible ? match.rest(part, member.type()) : match.fit(part, member.type());
      // What stands behind a struct with a flexible array is no part of that.
      return new Plan.Component(
          part.name(),
          (int) (first / 8),
          flexible || isLast(member, first) ? plan : Plan.closed(plan));
    }
    return bitField(part, member, first, bits);
  }

  /// Whether no member starts behind that one.
  @SuppressWarnings("ReferenceEquality")
  private boolean isLast(CMember member, long first) {
    return group.named().stream().allMatch(m -> m.equals(member) || m.firstBit() <= first);
  }

  private Plan.Component bitField(JavaPart part, CMember member, long first, int bits)
      throws Misfit {
    var sort = part.sort();
    var type = btf.type(btf.resolve(member.type()));
    if (sort != JavaPart.Sort.BOOLEAN && sort != JavaPart.Sort.INTEGER) {
      throw new Misfit("a bit field is for boolean and integers");
    }
    if (part.width() != null) {
      throw new Misfit("a bit field takes no " + part.width().name());
    }
    if (bits > 64 || first + bits > 8L * size) {
      throw new Misfit("a bit field of " + bits + " bits at bit " + first);
    }
    if (sort == JavaPart.Sort.INTEGER && bits > 8 * part.bytes()) {
      throw new Misfit(
          part.type().getSimpleName() + " has " + 8 * part.bytes() + " bits, the member " + bits);
    }
    return BitFields.component(
        part.name(), part.type(), first, bits, BtfMatch.isSigned(part, type), size, btf.order());
  }

  List<Plan.Component> components() {
    return components;
  }

  /// What does not fit.
  List<Fault> faults() {
    return faults;
  }

  /// The members that no component stands for.
  List<String> unnamed() {
    var names = new ArrayList<String>();
    collect(group, "", names);
    return names;
  }

  /// Whether a component is for something in there.
  private boolean touched(CMember.Group in) {
    return in.members().stream()
        .anyMatch(m ->
            named.contains(m)
                || (m.group() != null && touched(m.group()))
                || (entered.containsKey(m) && touched(entered.get(m))));
  }

  private boolean touched(CMember member) {
    return touched(new CMember.Group(false, List.of(member)));
  }

  private void collect(CMember.Group in, String prefix, List<String> names) {
    var members =
        in.members().stream()
            .filter(m -> m.group() != null || !m.name().isEmpty())
            .filter(m -> m.bits() != 0 || btf.size(m.type()) != 0)
            .toList();
    if (in.union() && members.stream().anyMatch(this::touched)) {
      // Who chose one member of a union left out none of the others.
      members = members.stream().filter(this::touched).toList();
    } else if (in.union() && !members.isEmpty()) {
      names.add(
          "one of "
              + String.join(
                  ", ", in.named().stream().map(m -> "'" + prefix + m.name() + "'").toList()));
      return;
    }
    for (var member : members) {
      var inner = member.group() == null ? entered.get(member) : member.group();
      if (named.contains(member)) {
        continue;
      }
      if (inner == null) {
        names.add(prefix + member.name());
      } else {
        collect(inner, member.group() == null ? prefix + member.name() + "." : prefix, names);
      }
    }
  }

  /// The members, and the components that ask for each.
  String table(String cTitle, String javaTitle) {
    var lines = new ArrayList<LayoutTable.Line>();
    addLines(group, 0, lines);
    lines.addAll(withoutMember);
    return LayoutTable.text(cTitle, javaTitle, lines);
  }

  private void addLines(CMember.Group in, int depth, List<LayoutTable.Line> lines) {
    for (var member : in.members()) {
      var cells = LayoutTable.cells(btf, member, depth);
      var claimed = claims.getOrDefault(member, List.of());
      if (claimed.isEmpty()) {
        lines.add(LayoutTable.inBoth(cells, null, ""));
      }
      for (var claim : claimed) {
        lines.add(LayoutTable.inBoth(cells, claim.part(), claim.problem()));
      }
      var inner = member.group() == null ? entered.get(member) : member.group();
      if (inner != null) {
        addLines(inner, depth + 1, lines);
      }
    }
  }

  /// A name of C as Java spells it: `min_us` is `minUs`.
  static String inJava(String name) {
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
}
