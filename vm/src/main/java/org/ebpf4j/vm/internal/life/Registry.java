package org.ebpf4j.vm.internal.life;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.vm.internal.life.Kept.Kind;
import org.jspecify.annotations.Nullable;

/// All objects of a kernel that are alive, and what refers to them: numbers of those who opened
/// them, which stand for descriptors, and pins. Any thread may use it.
public final class Registry {
  private static final int STANDARD_STREAMS = 2;

  private final Map<Kind, TreeMap<Integer, Kept>> alive = new EnumMap<>(Kind.class);
  private final Map<Kind, Integer> lastIds = new EnumMap<>(Kind.class);
  private final Map<Integer, Kept> opened = new HashMap<>();
  private final Map<Path, Kept> pins = new HashMap<>();
  private int lastNumber = STANDARD_STREAMS;

  public Registry() {
    for (var kind : Kind.values()) {
      alive.put(kind, new TreeMap<>());
      lastIds.put(kind, 0);
    }
  }

  private Map<Integer, Kept> of(Kind kind) {
    return alive.computeIfAbsent(kind, _ -> new TreeMap<>());
  }

  /// An id for a new object.
  public synchronized int newId(Kind kind) {
    return lastIds.merge(kind, 1, Integer::sum);
  }

  /// Opens an object, a new one or one that is alive, and gives the number that holds it.
  public synchronized int open(Kept object) {
    hold(object);
    opened.put(++lastNumber, object);
    return lastNumber;
  }

  /// Gives a number back, and the reference with it.
  public synchronized void close(int number) {
    var object = opened.remove(number);
    if (object != null) {
      release(object);
    }
  }

  /// What a number holds; null where it holds nothing.
  public synchronized @Nullable Kept opened(int number) {
    return opened.get(number);
  }

  /// Adds a reference.
  public synchronized void hold(Kept object) {
    object.references++;
    of(object.kind()).put(object.id(), object);
  }

  /// Takes a reference away. The object is gone with the last.
  public synchronized void release(Kept object) {
    if (--object.references == 0) {
      of(object.kind()).remove(object.id());
      object.released();
    }
  }

  /// How many references an object has.
  public synchronized int references(Kept object) {
    return object.references;
  }

  /// The ids of what is alive, ascending.
  public synchronized List<Integer> ids(Kind kind) {
    return List.copyOf(of(kind).keySet());
  }

  /// What has an id; null where it is not alive.
  public synchronized @Nullable Kept find(Kind kind, int id) {
    return of(kind).get(id);
  }

  /// What has an id.
  ///
  /// @param command the command of `bpf(2)` that asks, for the message
  /// @throws KernelException with `ENOENT` where it is not alive
  public Kept get(Kind kind, int id, String command) {
    var found = find(kind, id);
    if (found == null) {
      throw new KernelException(command, Errno.ENOENT, "no " + kind.label() + " with id " + id);
    }
    return found;
  }

  /// Pins an object.
  ///
  /// @throws KernelException with `EEXIST` where the path is taken
  public synchronized void pin(Kept object, Path path) {
    var key = path.toAbsolutePath().normalize();
    var there = pins.get(key);
    if (there != null) {
      throw new KernelException(
          "OBJ_PIN",
          Errno.EEXIST,
          object.kind().label()
              + " '"
              + object.name()
              + "' cannot be pinned at "
              + path
              + ": a "
              + there.kind().label()
              + " is there already");
    }
    hold(object);
    pins.put(key, object);
  }

  /// What is pinned at a path; null where nothing is.
  public synchronized @Nullable Kept findPin(Path path) {
    return pins.get(path.toAbsolutePath().normalize());
  }

  /// What is pinned at a path.
  ///
  /// @throws KernelException with `ENOENT` where nothing is
  /// @throws BpfException where something of another kind is
  public synchronized Kept pinned(Path path, Kind kind) {
    var object = findPin(path);
    if (object == null) {
      throw noPin(path);
    }
    if (object.kind() != kind) {
      throw new BpfException(
          path
              + " is a "
              + object.kind().label()
              + " (id "
              + object.id()
              + "), not a "
              + kind.label());
    }
    return object;
  }

  /// Takes a pin away, and its reference.
  ///
  /// @throws KernelException with `ENOENT` where there is none
  public synchronized void unpin(Path path) {
    var object = pins.remove(path.toAbsolutePath().normalize());
    if (object == null) {
      throw noPin(path);
    }
    release(object);
  }

  private static KernelException noPin(Path path) {
    return new KernelException("OBJ_GET", Errno.ENOENT, "no pin at " + path);
  }
}
