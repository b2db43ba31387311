package org.ebpf4j.btf;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes one BTF of several, in which equal types stand once. Two types are equal where they are of
/// one kind, have the same name, size, flags and elements, and refer to equal types; types that
/// refer to themselves in a circle are equal where nothing tells them apart. A forward declaration,
/// or an enumeration without values, is the full type of its name, where the inputs agree on what
/// that is. Variables and data sections are never equal to others.
///
/// The first of equal types is kept, and those that are kept stay in order: those of the first
/// input, then what the second adds. The linker merges with this what it wants of its objects, put
/// together with [BtfBuilder#add(Btf, int, java.util.function.IntUnaryOperator)] or as they are.
public final class BtfMerger {
  /// Several times the work that merging the types of two kernels takes.
  private static final long MOST_STEPS = 1L << 27;

  private static final int NONE = -1;

  private final Btf all;
  private final int count;

  /// Where the references of each type begin in `references`; they end where the next begin.
  private final int[] starts;

  private final int[] references;

  /// The group of each type that is a declaration or could complete one, else -1.
  private final int[] groups;

  private long steps;

  private BtfMerger(Btf all) {
    this.all = all;
    this.count = all.typeCount();
    this.starts = new int[count + 1];
    this.references = references();
    this.groups = groups();
  }

  /// What came of merging: the types, and which they became of each input.
  public static final class Merged {
    private final Btf types;
    private final int[][] ids;

    private Merged(Btf types, int[][] ids) {
      this.types = types;
      this.ids = ids;
    }

    /// All types of the inputs, each once.
    public Btf types() {
      return types;
    }

    /// The id in [#types()] of type `id` of the input with the index `input`.
    public int id(int input, int id) {
      return ids[input][id];
    }
  }

  /// Merges types, which are all of one byte order and not split.
  ///
  /// @throws org.ebpf4j.error.MalformedObjectException for types of unknown kind, or that refer to
  ///   each other so deep that comparing them would take too long
  public static Merged merge(List<Btf> inputs) {
    var order = inputs.isEmpty() ? ByteOrder.nativeOrder() : inputs.getFirst().order();
    var together = BtfBuilder.empty(order);
    var ids = new int[inputs.size()][];
    for (int i = 0; i < ids.length; i++) {
      var input = inputs.get(i);
      if (input.base().isPresent() || input.order() != order) {
        throw new IllegalArgumentException("types to merge are of one byte order and not split");
      }
      var offset = together.typeCount() - 1;
      ids[i] = new int[input.typeCount()];
      for (int id = 1; id < ids[i].length; id++) {
        ids[i][id] = together.add(input, id, other -> other == 0 ? 0 : other + offset);
      }
    }
    var all = together.build();
    var kept = new BtfMerger(all).firstOfEach();
    var numbers = new int[kept.length];
    var next = 1;
    for (int id = 1; id < kept.length; id++) {
      if (kept[id] == id) {
        numbers[id] = next++;
      }
    }
    var merged = BtfBuilder.empty(order);
    for (int id = 1; id < kept.length; id++) {
      if (kept[id] == id) {
        merged.add(all, id, other -> numbers[kept[other]]);
      }
    }
    for (var map : ids) {
      Arrays.setAll(map, id -> numbers[kept[map[id]]]);
    }
    return new Merged(merged.build(), ids);
  }

  /// The ids that each type names, one type after the other.
  private int[] references() {
    var found = new int[2 * count];
    var used = 0;
    for (int id = 1; id < count; id++) {
      starts[id] = used;
      var kind = all.kind(id);
      var words = all.rawSize(id) / 4;
      if (used + words > found.length) {
        found = Arrays.copyOf(found, Math.max(used + words, found.length * 2));
      }
      for (int word = 2; word < words; word++) {
        if (isReference(kind, word)) {
          found[used++] = all.word(id, 4 * word);
        }
      }
    }
    starts[count] = used;
    return Arrays.copyOf(found, used);
  }

  /// Whether that word of the description of a type is the id of another.
  private static boolean isReference(int kind, int word) {
    if (word < 3) {
      return word == 2 && Kind.hasTarget(kind);
    }
    var element = Kind.elementSize(kind);
    return Kind.isId(kind, element == 0 ? word - 3 : (word - 3) % (element / 4));
  }

  /// Puts declarations and what they may declare into groups, by kind and name.
  private int[] groups() {
    record Name(int kind, long name) {}
    var open = new HashMap<Name, Integer>();
    for (int id = 1; id < count; id++) {
      if (isDeclaration(id)) {
        open.putIfAbsent(new Name(declaredKind(id), all.nameOffset(id)), open.size());
      }
    }
    var of = new int[count];
    for (int id = 0; id < count; id++) {
      of[id] = open.getOrDefault(new Name(declaredKind(id), all.nameOffset(id)), NONE);
    }
    return of;
  }

  private boolean isDeclaration(int id) {
    return all.nameOffset(id) != 0
        && switch (all.kind(id)) {
          case Kind.FORWARD -> true;
          case Kind.ENUM, Kind.ENUM64 -> all.elementCount(id) == 0;
          default -> false;
        };
  }

  /// The kind of full type that a type is, or declares.
  private int declaredKind(int id) {
    return switch (all.kind(id)) {
      case Kind.STRUCT -> Kind.STRUCT;
      case Kind.UNION -> Kind.UNION;
      case Kind.ENUM, Kind.ENUM64 -> Kind.ENUM;
      case Kind.FORWARD -> all.flag(id) ? Kind.UNION : Kind.STRUCT;
      default -> Kind.VOID;
    };
  }

  /// For each type the first that is equal to it.
  private int[] firstOfEach() {
    var classes = classes();
    // Full types of one name may differ even where declarations of others match anything of their
    // name. Then no declaration of that name can tell which it means, and it stays.
    while (dropAmbiguous(classes)) {
      classes = classes();
    }
    var full = new HashMap<Integer, Integer>();
    for (int id = 1; id < count; id++) {
      if (groups[id] != NONE && !isDeclaration(id)) {
        full.putIfAbsent(groups[id], classes[id]);
      }
    }
    var firsts = new int[count];
    var firstOfClass = new int[count];
    for (int id = 1; id < count; id++) {
      if (isDeclaration(id)) {
        classes[id] = full.getOrDefault(groups[id], classes[id]);
      } else if (firstOfClass[classes[id]] == 0) {
        firstOfClass[classes[id]] = id;
      }
    }
    for (int id = 1; id < count; id++) {
      if (firstOfClass[classes[id]] == 0) {
        firstOfClass[classes[id]] = id;
      }
      firsts[id] = firstOfClass[classes[id]];
    }
    return firsts;
  }

  /// Takes apart the groups in which full types differ; whether there were any.
  private boolean dropAmbiguous(int[] classes) {
    var full = new HashMap<Integer, Integer>();
    var ambiguous = new HashSet<Integer>();
    for (int id = 1; id < count; id++) {
      if (groups[id] != NONE && !isDeclaration(id)) {
        var first = full.putIfAbsent(groups[id], classes[id]);
        if (first != null && first != classes[id]) {
          ambiguous.add(groups[id]);
        }
      }
    }
    for (int id = 1; id < count; id++) {
      if (ambiguous.contains(groups[id])) {
        groups[id] = NONE;
      }
    }
    return !ambiguous.isEmpty();
  }

  /// The class of each type, such that types are of one class where they are equal. It begins with
  /// what the types are by themselves, and divides classes whose types refer to different classes,
  /// until there are none.
  private int[] classes() {
    var classes = new int[count];
    var number = divide(null, classes);
    while (true) {
      var finer = new int[count];
      var next = divide(classes, finer);
      if (next == number) {
        return classes;
      }
      number = next;
      classes = finer;
    }
  }

  /// Divides the types into classes, and gives how many there are: by what they are by themselves,
  /// or by their classes in `coarse` and those of the types that they refer to.
  private int divide(int @Nullable [] coarse, int[] classes) {
    var table = new int[Integer.highestOneBit(count) * 4];
    var used = 1;
    for (int id = 1; id < count; id++) {
      var hash = coarse == null ? hash(id) : hash(id, coarse);
      var slot = (int) (hash ^ hash >>> 32) & (table.length - 1);
      while (table[slot] != 0 && !equal(id, table[slot], coarse)) {
        slot = (slot + 1) & (table.length - 1);
      }
      if (table[slot] == 0) {
        table[slot] = id;
        classes[id] = used++;
      } else {
        classes[id] = classes[table[slot]];
      }
    }
    return used;
  }

  private boolean equal(int one, int other, int @Nullable [] coarse) {
    return coarse == null ? sameWords(one, other) : sameReferences(one, other, coarse);
  }

  private static long mix(long hash, int word) {
    return (hash ^ word) * 0x9e3779b97f4a7c15L ^ hash >>> 29;
  }

  private void step(int id, int words) {
    steps += words;
    if (steps > MOST_STEPS) {
      throw all.malformed(id, "the types refer to each other so deep that they cannot be merged");
    }
  }

  private long hash(int id) {
    var kind = all.kind(id);
    var words = all.rawSize(id) / 4;
    step(id, words);
    var hash = 0L;
    for (int word = 0; word < words; word++) {
      if (!isReference(kind, word)) {
        hash = mix(hash, all.word(id, 4 * word));
      }
    }
    return hash;
  }

  /// Whether two types are equal but for what they refer to.
  private boolean sameWords(int one, int other) {
    var kind = all.kind(one);
    var words = all.rawSize(one) / 4;
    step(one, 1);
    if (kind == Kind.VARIABLE || kind == Kind.DATA_SECTION || all.rawSize(other) != 4 * words) {
      return false;
    }
    for (int word = 0; word < words; word++) {
      if (!isReference(kind, word) && all.word(one, 4 * word) != all.word(other, 4 * word)) {
        return false;
      }
    }
    step(one, words);
    return true;
  }

  /// The class of the type that a reference is to; where any of its name will do, its group.
  private int referred(int reference, int[] classes) {
    var id = references[reference];
    return groups[id] == NONE ? classes[id] : -1 - groups[id];
  }

  private long hash(int id, int[] classes) {
    step(id, 1 + starts[id + 1] - starts[id]);
    var hash = mix(0, classes[id]);
    for (int i = starts[id]; i < starts[id + 1]; i++) {
      hash = mix(hash, referred(i, classes));
    }
    return hash;
  }

  private boolean sameReferences(int one, int other, int[] classes) {
    step(one, 1);
    if (classes[one] != classes[other]) {
      return false;
    }
    for (int i = starts[one], j = starts[other]; i < starts[one + 1]; i++, j++) {
      if (referred(i, classes) != referred(j, classes)) {
        return false;
      }
    }
    step(one, starts[one + 1] - starts[one]);
    return true;
  }
}
