package org.ebpf4j.btf;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Finds the types of BTF that are the same, and gives BTF that has each once, in the order of
/// their first copies. Its functions are pure, and any thread may call them.
///
/// Two types are the same where they have the same kind, names, sizes, offsets and values, and the
/// types that they name are the same in turn, through cycles too: the coarsest partition of the
/// types that is stable in that sense, which Hopcroft's refinement finds in steps that grow little
/// faster than the types. A variable or data section is only ever the same as itself.
///
/// A forward declaration is the struct, union or enumeration of its name where there is but one; of
/// several different ones it stays apart.
public final class BtfDeduplication {
  /// A name that turns out to be ambiguous can make others so; after that many rounds all forward
  /// declarations stay apart.
  private static final int MOST_ROUNDS = 16;

  private final Btf btf;
  private final int count;

  /// The first type of each type's initial class: those that look the same but for the ids in them.
  private final int[] shapes;

  /// The ids that each type names: those of type `i` from `edges[starts[i]]` to before
  /// `edges[starts[i + 1]]`.
  private final int[] starts;

  private final int[] edges;

  /// The types, by themselves or, for a forward declaration, what it declares.
  private final int[] full;

  private BtfDeduplication(Btf btf) {
    this.btf = btf;
    this.count = btf.typeCount();
    this.shapes = new int[count];
    this.starts = new int[count + 1];
    this.full = new int[count];
    var ids = new Ids();
    var known = new HashMap<ByteBuffer, Integer>();
    var strings = new Interned(btf);
    for (int id = 1; id < count; id++) {
      starts[id] = ids.size;
      shapes[id] = known.computeIfAbsent(shape(id, ids, strings), _ -> known.size() + 1);
    }
    starts[count] = ids.size;
    this.edges = Arrays.copyOf(ids.values, ids.size);
  }

  /// What came of it.
  ///
  /// @param btf the types, each once
  /// @param ids the new id of each type, by its old one
  public record Result(Btf btf, List<Integer> ids) {
    public Result {
      ids = List.copyOf(ids);
    }
  }

  /// Leaves out what is there twice. `btf` must not be split.
  ///
  /// @throws org.ebpf4j.error.MalformedObjectException for a type of an unknown kind
  public static Result of(Btf btf) {
    if (btf.base().isPresent()) {
      throw new IllegalArgumentException("split BTF");
    }
    return new BtfDeduplication(btf).run();
  }

  private Result run() {
    var classes = classes();
    var ids = new Integer[count];
    var newIds = new int[count];
    var builder = BtfBuilder.empty(btf.order());
    var next = 1;
    for (int id = 1; id < count; id++) {
      if (full[id] == id && newIds[classes[id]] == 0) {
        newIds[classes[id]] = next++;
      }
    }
    ids[0] = 0;
    for (int id = 1; id < count; id++) {
      ids[id] = newIds[classes[full[id]]];
    }
    for (int id = 1; id < count; id++) {
      if (full[id] == id && ids[id] == builder.typeCount()) {
        builder.add(btf, id, old -> ids[old]);
      }
    }
    return new Result(builder.build(), Arrays.asList(ids));
  }

  /// A growing array.
  private static final class Ids {
    private int[] values = new int[64];
    private int size;

    void add(int value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size++] = value;
    }
  }

  /// A number for each string, equal for equal strings wherever they stand.
  private static final class Interned {
    private final Btf btf;
    private final Map<Integer, Integer> byOffset = new HashMap<>();
    private final Map<String, Integer> byText = new HashMap<>();
    private final long most;
    private long bytes;

    Interned(Btf btf) {
      this.btf = btf;
      this.most = StringBudget.limit(btf.types().size());
    }

    int number(int offset) {
      var known = byOffset.get(offset);
      if (known != null) {
        return known;
      }
      var text = btf.string(Integer.toUnsignedLong(offset));
      bytes += text.length();
      if (bytes > most) {
        throw btf.malformed(0, "the strings in use take more than " + most + " bytes together");
      }
      var number = byText.computeIfAbsent(text, _ -> byText.size());
      byOffset.put(offset, number);
      return number;
    }
  }

  /// The words of a type with numbers for its strings and zeroes for the ids it names, which go to
  /// `ids`. Those of a variable or section have its own id besides.
  private ByteBuffer shape(int id, Ids ids, Interned strings) {
    var kind = btf.kind(id);
    if (!Kind.known(kind)) {
      throw btf.malformed(id, "BTF type " + id + " is of unknown kind " + kind);
    }
    var from = ByteBuffer.wrap(btf.raw(id)).order(btf.order());
    var shape = ByteBuffer.allocate(from.capacity() + 4);
    shape.putInt(strings.number(from.getInt())).putInt(from.getInt());
    var third = from.getInt();
    if (Kind.hasTarget(kind)) {
      ids.add(third);
      third = 0;
    }
    shape.putInt(third);
    var named = Kind.hasNamedElements(kind);
    var words = Math.max(Kind.elementSize(kind), Kind.fixedSize(kind)) / 4;
    while (from.hasRemaining()) {
      for (int word = 0; word < words; word++) {
        var value = from.getInt();
        if (Kind.isId(kind, word)) {
          ids.add(value);
          value = 0;
        }
        shape.putInt(named && word == 0 ? strings.number(value) : value);
      }
    }
    return shape.putInt(kind == Kind.VARIABLE || kind == Kind.DATA_SECTION ? id : 0).flip();
  }

  /// The class of each type that no other stands for.
  private int[] classes() {
    var declared = declarations();
    for (int round = 0; ; round++) {
      for (int id = 0; id < count; id++) {
        full[id] = id;
      }
      declared.forEach(d -> d.forwards().forEach(f -> full[f] = d.definitions().getFirst()));
      var classes = refine();
      var ambiguous =
          declared.stream()
              .filter(
                  d -> d.definitions().stream().mapToInt(t -> classes[t]).distinct().count() > 1)
              .toList();
      if (ambiguous.isEmpty()) {
        return classes;
      }
      if (round < MOST_ROUNDS) {
        declared.removeAll(ambiguous);
      } else {
        declared.clear();
      }
    }
  }

  /// Forward declarations of one name, and the types they may be.
  private record Declaration(List<Integer> forwards, List<Integer> definitions) {}

  /// What has a name that forward declarations may have; `sort` is the kind they stand for.
  private record Tag(String name, int sort) {}

  private List<Declaration> declarations() {
    var byTag = new HashMap<Tag, Declaration>();
    for (int id = 1; id < count; id++) {
      var kind = btf.kind(id);
      var forward = kind == Kind.FORWARD || (isEnum(kind) && btf.elementCount(id) == 0);
      var sort =
          switch (kind) {
            case Kind.FORWARD -> btf.flag(id) ? Kind.UNION : Kind.STRUCT;
            case Kind.ENUM, Kind.ENUM64 -> Kind.ENUM;
            case Kind.STRUCT, Kind.UNION -> kind;
            default -> 0;
          };
      if (sort != 0 && btf.nameOffset(id) != 0) {
        var declaration =
            byTag.computeIfAbsent(
                new Tag(btf.name(id), sort),
                _ -> new Declaration(new ArrayList<>(), new ArrayList<>()));
        (forward ? declaration.forwards() : declaration.definitions()).add(id);
      }
    }
    var found = new ArrayList<Declaration>();
    for (var declaration : byTag.values()) {
      var looks = declaration.definitions().stream().mapToInt(id -> shapes[id]).distinct();
      if (!declaration.forwards().isEmpty() && looks.count() == 1) {
        found.add(declaration);
      }
    }
    return found;
  }

  private static boolean isEnum(int kind) {
    return kind == Kind.ENUM || kind == Kind.ENUM64;
  }

  /// Splits the classes of types that look the same until the types that the members of a class
  /// name are, place by place, of one class too.
  private int[] refine() {
    var partition = new Partition(shapes);
    var uses = new Uses();
    var work = new ArrayDeque<Integer>();
    for (int i = 0; i < partition.count; i++) {
      work.add(i);
    }
    while (!work.isEmpty()) {
      var places = uses.of(partition, work.remove());
      for (int from = 0; from < places.length; ) {
        var place = (int) (places[from] >>> 32);
        var to = from;
        for (; to < places.length && (int) (places[to] >>> 32) == place; to++) {
          partition.mark((int) places[to]);
        }
        partition.split(work);
        from = to;
      }
    }
    return partition.classOf;
  }

  /// Which types name a type, and in which place among the ids that they have.
  private final class Uses {
    private final int[] first = new int[count + 1];
    private final long[] users = new long[edges.length];

    Uses() {
      for (int edge : edges) {
        first[full[edge] + 1]++;
      }
      for (int i = 0; i < count; i++) {
        first[i + 1] += first[i];
      }
      var next = first.clone();
      for (int id = 1; id < count; id++) {
        for (int e = starts[id]; e < starts[id + 1]; e++) {
          users[next[full[edges[e]]]++] = (long) (e - starts[id]) << 32 | id;
        }
      }
    }

    /// The uses of the members of a class: places in the upper half, ascending, users in the lower.
    long[] of(Partition partition, int part) {
      var size = 0;
      for (int i = partition.start[part]; i < partition.end[part]; i++) {
        var id = partition.members[i];
        size += first[id + 1] - first[id];
      }
      var found = new long[size];
      var at = 0;
      for (int i = partition.start[part]; i < partition.end[part]; i++) {
        var id = partition.members[i];
        var uses = first[id + 1] - first[id];
        System.arraycopy(users, first[id], found, at, uses);
        at += uses;
      }
      Arrays.sort(found);
      return found;
    }
  }

  /// A partition of the types: the members of a class stand together in `members`, those that are
  /// marked at its start.
  private static final class Partition {
    private final int[] members;
    private final int[] placeOf;
    private final int[] classOf;
    private final int[] start;
    private final int[] end;
    private final int[] marked;
    private final Ids touched = new Ids();
    private int count;

    Partition(int[] shapes) {
      var size = shapes.length;
      members = new int[size];
      placeOf = new int[size];
      classOf = shapes.clone();
      start = new int[size];
      end = new int[size];
      marked = new int[size];
      for (int shape : shapes) {
        count = Math.max(count, shape + 1);
        end[shape]++;
      }
      for (int i = 1; i < count; i++) {
        start[i] = end[i - 1];
        end[i] += start[i];
      }
      var next = start.clone();
      for (int id = 0; id < size; id++) {
        placeOf[id] = next[shapes[id]]++;
        members[placeOf[id]] = id;
      }
    }

    void mark(int id) {
      var part = classOf[id];
      var to = start[part] + marked[part];
      if (placeOf[id] < to) {
        return;
      }
      if (marked[part]++ == 0) {
        touched.add(part);
      }
      var other = members[to];
      members[placeOf[id]] = other;
      placeOf[other] = placeOf[id];
      members[to] = id;
      placeOf[id] = to;
    }

    /// Splits each class into those that are marked and those that are not. The smaller part
    /// becomes a new class, which goes to `work`.
    void split(ArrayDeque<Integer> work) {
      for (int i = 0; i < touched.size; i++) {
        var part = touched.values[i];
        var middle = start[part] + marked[part];
        marked[part] = 0;
        if (middle == end[part]) {
          continue;
        }
        if (middle - start[part] <= end[part] - middle) {
          start[count] = start[part];
          end[count] = middle;
          start[part] = middle;
        } else {
          start[count] = middle;
          end[count] = end[part];
          end[part] = middle;
        }
        for (int m = start[count]; m < end[count]; m++) {
          classOf[members[m]] = count;
        }
        work.add(count++);
      }
      touched.size = 0;
    }
  }
}
