package org.ebpf4j.program.map;

import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Optional;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.program.jvm.MapStore;
import org.ebpf4j.program.jvm.Shape;
import org.ebpf4j.program.jvm.Shapes;
import org.ebpf4j.program.jvm.Types;
import org.jspecify.annotations.Nullable;

/// A map that a program declares as a static final field. The name of the field is the name of the
/// map; the types of keys and values are the type arguments of the field.
///
/// On the JVM it is a plain object that keeps the rules of the kernel: what is put is copied, a
/// lookup gives what is in the map, and a full map refuses.
public abstract class BpfMap {
  private static final Shape NOTHING = Shapes.of(Integer.class);

  private final long maxEntries;
  private final Optional<Class<?>> creator;
  private int flags;
  private boolean pinByName;
  private @Nullable Types types;

  /// A map of that many entries; of a ring buffer, bytes.
  protected BpfMap(long maxEntries) {
    if (maxEntries < 0) {
      throw new IllegalArgumentException("a map of " + maxEntries + " entries");
    }
    this.maxEntries = maxEntries;
    this.creator =
        StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
            .walk(frames ->
                frames
                    .<Class<?>>map(StackWalker.StackFrame::getDeclaringClass)
                    .filter(c -> !BpfMap.class.isAssignableFrom(c))
                    .findFirst());
  }

  /// How many entries it can hold; for ring buffers, its size in bytes.
  public final long maxEntries() {
    return maxEntries;
  }

  /// `BPF_F_*` of `MAP_CREATE`.
  public final int flags() {
    return flags;
  }

  /// Whether it is shared by a pin of its name.
  public final boolean isPinnedByName() {
    return pinByName;
  }

  /// A map that looks like those in this one; null where it holds no maps.
  public @Nullable BpfMap inner() {
    return null;
  }

  /// What `with…` methods of maps call.
  protected final void addFlags(int more) {
    flags |= more;
  }

  /// What `with…` methods of maps call.
  protected final void pinByName() {
    pinByName = true;
  }

  /// What is in it on the JVM, as bytes.
  public abstract MapStore onJvm();

  /// How its keys and values stand in memory, as the field says that it is in.
  ///
  /// @throws BpfException where it is in no static field of the class that made it, or the field
  ///   does not say it
  protected final synchronized Types types() {
    if (types == null) {
      take(declared());
    }
    return java.util.Objects.requireNonNull(types);
  }

  @SuppressWarnings("ReferenceEquality") // The map itself is sought.
  private Type declared() {
    var owner = creator.orElseThrow(this::unknown);
    for (var field : owner.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers())
          && BpfMap.class.isAssignableFrom(field.getType())) {
        try {
          field.setAccessible(true);
          if (field.get(null) == this) {
            return field.getGenericType();
          }
        } catch (IllegalAccessException e) {
          throw new BpfException("field " + field + " cannot be read", e);
        }
      }
    }
    throw unknown();
  }

  private BpfException unknown() {
    return new BpfException(
        "the types of a "
            + getClass().getSimpleName()
            + " are not known on the JVM, as it is in no static field"
            + creator.map(c -> " of " + c.getSimpleName()).orElse("")
            + "\n  try: static final "
            + getClass().getSimpleName()
            + "<…> name = …");
  }

  /// Takes the types of keys and values from the type of a field.
  final synchronized void take(Type declared) {
    Shape key = NOTHING;
    Shape value = NOTHING;
    var arguments =
        declared instanceof ParameterizedType type ? type.getActualTypeArguments() : new Type[0];
    var names = getClass().getTypeParameters();
    if (arguments.length != names.length) {
      throw new BpfException(
          "a field of type "
              + declared.getTypeName()
              + " does not say the types of keys and values\n  try: "
              + getClass().getSimpleName()
              + Arrays.toString(names).replace('[', '<').replace(']', '>'));
    }
    for (int i = 0; i < names.length; i++) {
      switch (names[i].getName()) {
        case "K" -> key = shape(arguments[i]);
        case "M" -> takeInner(arguments[i]);
        default -> value = shape(arguments[i]);
      }
    }
    types = new Types(key, value);
  }

  private void takeInner(Type type) {
    var like = inner();
    if (like != null) {
      like.take(type);
    }
  }

  /// Has the types of what maps in this one look like.
  final void adopt(BpfMap map) {
    types();
    var like = inner();
    if (like != null) {
      map.types = like.types();
    }
  }

  private static Shape shape(Type type) {
    if (type instanceof Class<?> plain) {
      return Shapes.of(plain);
    }
    throw new BpfException("keys and values of type " + type.getTypeName());
  }
}
