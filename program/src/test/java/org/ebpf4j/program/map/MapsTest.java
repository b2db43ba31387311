package org.ebpf4j.program.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.ebpf4j.codec.U16;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.program.jvm.Environment;
import org.ebpf4j.program.jvm.MapStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Maps on the JVM keep the rules of the kernel.
class MapsTest {
  record Key(int address, short port) {}

  static final class Value {
    int count;
    final byte[] name = new byte[4];
    @U16 int small;
  }

  record Prefix(int length, int address) {}

  static final HashMap<Key, Value> HASH = new HashMap<>(2);
  static final HashMap<Integer, AtomicLong> COUNTS = new HashMap<>(8);
  static final LruHashMap<Integer, Long> LRU = new LruHashMap<>(2);
  static final ArrayMap<Value> ARRAY = new ArrayMap<>(2);
  static final PerCpuHashMap<Integer, Long> PER_CPU = new PerCpuHashMap<>(4);
  static final PerCpuArray<AtomicInteger> PER_CPU_ARRAY = new PerCpuArray<>(1);
  static final LpmTrie<Prefix, Integer> TRIE = new LpmTrie<>(2);
  static final Queue<AtomicLong> QUEUE = new Queue<>(2);
  static final Stack<AtomicLong> STACK = new Stack<>(2);
  static final BloomFilter<Integer> FILTER = new BloomFilter<>(8);
  static final RingBuffer<Value> RING = new RingBuffer<>(Value.class, 64);
  static final TaskStorage<Value> TASKS = new TaskStorage<>();
  static final ArrayOfMaps<HashMap<Integer, Long>> MAPS = new ArrayOfMaps<>(new HashMap<>(4), 2);

  @BeforeEach
  void empty() {
    for (var map :
        new BpfMap[] {HASH, COUNTS, LRU, ARRAY, PER_CPU, PER_CPU_ARRAY, TRIE, QUEUE, STACK, RING}) {
      map.onJvm().clear();
    }
  }

  private static <T> T there(@org.jspecify.annotations.Nullable T value) {
    return Objects.requireNonNull(value);
  }

  @Test
  void whatIsPutIsCopied() {
    var value = new Value();
    value.count = 1;
    assertThat(HASH.put(new Key(1, (short) 2), value)).isTrue();
    value.count = 2;

    var found = there(HASH.lookup(new Key(1, (short) 2)));
    assertThat(found.count).isEqualTo(1);
    found.count += 5;
    found.name[0] = 7;
    assertThat(there(HASH.lookup(new Key(1, (short) 2))).count).isEqualTo(6);
    assertThat(there(HASH.lookup(new Key(1, (short) 2))).name[0]).isEqualTo((byte) 7);
  }

  @Test
  void anUpdateOfAHashMakesANewValue() {
    HASH.put(new Key(1, (short) 2), new Value());
    var before = there(HASH.lookup(new Key(1, (short) 2)));
    HASH.put(new Key(1, (short) 2), new Value());
    before.count = 9;
    assertThat(there(HASH.lookup(new Key(1, (short) 2))).count).isZero();
  }

  @Test
  void anUpdateOfAnArrayChangesTheValue() {
    var before = there(ARRAY.lookup(1));
    var value = new Value();
    value.count = 3;
    assertThat(ARRAY.put(1, value)).isTrue();
    assertThat(before.count).isEqualTo(3);
    assertThat(ARRAY.lookup(2)).isNull();
    assertThat(ARRAY.lookup(-1)).isNull();
    assertThat(ARRAY.update(2, value, MapStore.ANY)).isEqualTo(-Errno.E2BIG);
    assertThat(ARRAY.update(1, value, MapStore.NO_EXIST)).isEqualTo(-Errno.EEXIST);
  }

  @Test
  void flagsSayWhetherAnEntryMayBeThere() {
    var value = new Value();
    var key = new Key(1, (short) 1);
    assertThat(HASH.replace(key, value)).isFalse();
    assertThat(HASH.update(key, value, MapStore.EXIST)).isEqualTo(-Errno.ENOENT);
    assertThat(HASH.putIfAbsent(key, value)).isTrue();
    assertThat(HASH.putIfAbsent(key, value)).isFalse();
    assertThat(HASH.update(key, value, MapStore.NO_EXIST)).isEqualTo(-Errno.EEXIST);
    assertThat(HASH.update(key, value, 3)).isEqualTo(-Errno.EINVAL);
    assertThat(HASH.put(new Key(2, (short) 1), value)).isTrue();
    assertThat(HASH.update(new Key(3, (short) 1), value, 0)).isEqualTo(-Errno.E2BIG);
    assertThat(HASH.put(key, value)).as("one that is there, where it is full").isTrue();
    assertThat(HASH.delete(key)).isTrue();
    assertThat(HASH.delete(key)).isFalse();
  }

  @Test
  void aNumberIsCutToItsWidth() {
    var value = new Value();
    value.small = 0x1_2345;
    ARRAY.put(0, value);
    assertThat(there(ARRAY.lookup(0)).small).isEqualTo(0x2345);
  }

  @Test
  void atomicNumbersAreInTheMap() {
    COUNTS.put(1, new AtomicLong(5));
    there(COUNTS.lookup(1)).incrementAndGet();
    assertThat(there(COUNTS.lookup(1)).get()).isEqualTo(6);
  }

  @Test
  void theOneThatWasUsedLongestAgoIsDropped() {
    LRU.put(1, 1L);
    LRU.put(2, 2L);
    LRU.lookup(1);
    LRU.put(3, 3L);
    assertThat(LRU.lookup(2)).isNull();
    assertThat(LRU.lookup(1)).isEqualTo(1L);
  }

  @Test
  void eachCpuHasAValue() throws Exception {
    var environment = new Environment().cpus(2).cpu(1);
    environment.call(() -> {
      PER_CPU.put(1, 7L);
      there(PER_CPU_ARRAY.lookup(0)).incrementAndGet();
      assertThat(PER_CPU.lookup(1)).isEqualTo(7L);
      environment.cpu(0);
      assertThat(PER_CPU.lookup(1)).isZero();
      assertThat(PER_CPU.lookup(1, 1)).isEqualTo(7L);
      assertThat(PER_CPU.lookup(1, 2)).isNull();
      assertThat(there(PER_CPU_ARRAY.lookup(0)).get()).isZero();
      return 0;
    });
    assertThat(PER_CPU.onJvm().get(MapsTest.bytes(1))).hasSize(16).contains(7);
  }

  private static byte[] bytes(int key) {
    return java.nio.ByteBuffer.allocate(4)
        .order(java.nio.ByteOrder.nativeOrder())
        .putInt(key)
        .array();
  }

  @Test
  void aTrieFindsTheLongestPrefix() {
    assertThat(TRIE.put(new Prefix(8, 10), 1)).isTrue();
    assertThat(TRIE.put(new Prefix(16, 10 | 1 << 8), 2)).isTrue();
    assertThat(TRIE.update(new Prefix(9, 0), 3, 0)).isEqualTo(-Errno.ENOSPC);
    assertThat(TRIE.update(new Prefix(33, 0), 3, 0)).isEqualTo(-Errno.EINVAL);
    assertThat(TRIE.lookup(new Prefix(32, 10 | 1 << 8 | 9 << 24))).isEqualTo(2);
    assertThat(TRIE.lookup(new Prefix(32, 10 | 2 << 8))).isEqualTo(1);
    assertThat(TRIE.lookup(new Prefix(12, 10 | 1 << 8))).isEqualTo(1);
    assertThat(TRIE.lookup(new Prefix(32, 11))).isNull();
    assertThat(TRIE.delete(new Prefix(12, 10))).isFalse();
    assertThat(TRIE.delete(new Prefix(8, 10 | 5 << 8))).isTrue();
    assertThat(TRIE.lookup(new Prefix(32, 10 | 2 << 8))).isNull();
  }

  @Test
  void queuesGiveTheOldestAndStacksTheNewest() {
    var out = new AtomicLong();
    for (long i = 1; i <= 2; i++) {
      assertThat(QUEUE.push(new AtomicLong(i))).isTrue();
      assertThat(STACK.push(new AtomicLong(i))).isTrue();
    }
    assertThat(QUEUE.push(new AtomicLong(3))).isFalse();
    assertThat(QUEUE.pushOver(new AtomicLong(3))).isTrue();
    assertThat(QUEUE.pop(out)).isTrue();
    assertThat(out.get()).isEqualTo(2);
    assertThat(STACK.peek(out)).isTrue();
    assertThat(STACK.pop(out)).isTrue();
    assertThat(out.get()).isEqualTo(2);
    STACK.pop(out);
    assertThat(STACK.pop(out)).isFalse();
    assertThat(out.get()).isZero();
  }

  @Test
  void aFilterKnowsWhatWasAdded() {
    assertThat(FILTER.mayContain(4)).isFalse();
    FILTER.add(4);
    assertThat(FILTER.mayContain(4)).isTrue();
  }

  @Test
  void aRingIsFullUntilItIsRead() {
    var first = there(RING.reserve());
    first.count = 1;
    var second = there(RING.reserve());
    assertThat(RING.query(0)).isEqualTo(48);
    RING.discard(second);
    assertThat(RING.poll()).as("the first is not sent yet").isNull();
    RING.submit(first);
    assertThatThrownBy(() -> RING.submit(first)).isInstanceOf(IllegalStateException.class);
    assertThat(RING.output(new Value())).as("16 bytes are left").isFalse();
    assertThat(RING.reserve()).isNull();
    assertThat(there(RING.poll()).count).isEqualTo(1);
    assertThat(RING.poll()).isNull();
    assertThat(RING.output(new Value())).isTrue();
    assertThat(there(RING.poll()).count).isZero();
  }

  @Test
  void valuesHangOnObjects() {
    var task = new Object();
    assertThat(TASKS.lookup(task)).isNull();
    there(TASKS.lookupOrCreate(task)).count = 4;
    assertThat(there(TASKS.lookup(task)).count).isEqualTo(4);
    assertThat(TASKS.delete(task)).isTrue();
    assertThat(TASKS.delete(task)).isFalse();
  }

  @Test
  void mapsAreInMaps() {
    assertThat(MAPS.lookup(0)).isNull();
    var inner = new HashMap<Integer, Long>(4);
    MAPS.set(0, inner);
    there(MAPS.lookup(0)).put(1, 2L);
    assertThat(inner.lookup(1)).isEqualTo(2L);
  }

  @Test
  void aMapInNoFieldSaysSo() {
    assertThatThrownBy(() -> new HashMap<Integer, Long>(4).put(1, 2L))
        .isInstanceOf(BpfException.class)
        .hasMessageContaining("no static field of MapsTest")
        .hasMessageContaining("try: static final HashMap<");
  }
}
