package org.ebpf4j.junit.assertion;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.ebpf4j.BpfMap;
import org.opentest4j.AssertionFailedError;

/// Assertions about the entries of a map. Arrays, also those in records, are compared by what is in
/// them. For the thread of the test.
///
/// @param <K> what a key is in Java
/// @param <V> what a value is in Java
public final class MapAssert<K, V> {
  private static final int SHOWN = 20;

  private final BpfMap<K, V> map;

  MapAssert(BpfMap<K, V> map) {
    this.map = map;
  }

  private record Entry(Object key, Object value) {
    @Override
    public String toString() {
      return Values.text(key) + " = " + Values.text(value);
    }
  }

  private List<Entry> entries() {
    var entries = new ArrayList<Entry>();
    map.entries().forEach((key, value) -> entries.add(new Entry(key, value)));
    return entries;
  }

  private String what() {
    return "map '" + map.name() + "'";
  }

  /// What is in it, for messages.
  private String content() {
    var entries = entries();
    var text = new StringBuilder("it has " + entries.size() + " entries");
    entries.stream().limit(SHOWN).forEach(entry -> text.append("\n  ").append(entry));
    return entries.size() > SHOWN ? text.append("\n  …").toString() : text.toString();
  }

  /// There is such an entry.
  public MapAssert<K, V> hasEntry(K key, V value) {
    var found = map.lookup(key);
    if (found.isEmpty()) {
      throw new AssertionFailedError(
          what() + " has no key " + Values.text(key) + "; " + content(), value, null);
    }
    if (!Values.equal(value, found.get())) {
      throw new AssertionFailedError(
          what()
              + ", key "
              + Values.text(key)
              + ": expected "
              + Values.text(value)
              + " but was "
              + Values.text(found.get()),
          value,
          found.get());
    }
    return this;
  }

  /// There is an entry of that key, whose value meets what `requirements` asserts.
  public MapAssert<K, V> hasEntry(K key, Consumer<? super V> requirements) {
    hasKey(key);
    requirements.accept(map.lookup(key).orElseThrow());
    return this;
  }

  /// There is an entry of that key.
  public MapAssert<K, V> hasKey(K key) {
    if (map.lookup(key).isEmpty()) {
      throw new AssertionFailedError(what() + " has no key " + Values.text(key) + "; " + content());
    }
    return this;
  }

  /// There is no entry of that key.
  public MapAssert<K, V> hasNoKey(K key) {
    var found = map.lookup(key);
    if (found.isPresent()) {
      throw new AssertionFailedError(
          what()
              + " has the key "
              + Values.text(key)
              + ", whose value is "
              + Values.text(found.get()));
    }
    return this;
  }

  /// There are so many entries.
  public MapAssert<K, V> hasCount(long count) {
    var found = map.count();
    if (found != count) {
      throw new AssertionFailedError(
          what() + ": expected " + count + " entries; " + content(), count, found);
    }
    return this;
  }

  /// There are no entries.
  public MapAssert<K, V> isEmpty() {
    return hasCount(0);
  }

  /// There are these entries and no others.
  public MapAssert<K, V> hasOnly(Map<? extends K, ? extends V> expected) {
    var left = entries();
    var missing = new ArrayList<String>();
    expected.forEach((key, value) -> {
      if (!left.removeIf(e -> Values.equal(key, e.key()) && Values.equal(value, e.value()))) {
        missing.add("\n  missing " + Values.text(key) + " = " + Values.text(value));
      }
    });
    left.forEach(entry -> missing.add("\n  not expected " + entry));
    if (!missing.isEmpty()) {
      throw new AssertionFailedError(
          what() + " has other entries than expected:" + String.join("", missing),
          expected,
          entries());
    }
    return this;
  }

  /// Some value meets what `requirements` asserts.
  public MapAssert<K, V> hasValue(Consumer<? super V> requirements) {
    var failures = new ArrayList<AssertionError>();
    for (var entry : map.entries()) {
      try {
        requirements.accept(entry.value());
        return this;
      } catch (AssertionError e) {
        failures.add(e);
      }
    }
    var error = new AssertionFailedError("no value of " + what() + " is as expected; " + content());
    failures.stream().limit(SHOWN).forEach(error::addSuppressed);
    throw error;
  }
}
