package org.ebpf4j.insn;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What holds for all slots, tried on random ones. Half of them are random bits, half are drawn
/// near to valid instructions.
final class EncodingPropertyTest {
  private static final int ROUNDS = 20_000;
  private static final int[] OFFSETS = {0, 0, 0, 1, 8, 16, 32, -1};
  private static final int[] IMMEDIATES = {0, 0, 0, 1, 16, 32, 64, 0xe1, 0xf1, 0x100, 0x110, -1};

  private final long seed = Long.getLong("ebpf4j.seed", System.nanoTime());
  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);

  @BeforeEach
  void printSeed() {
    System.out.println(
        "replay: mvn -pl core -am test -Dtest=EncodingPropertyTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Debpf4j.seed="
            + seed);
  }

  @Test
  void encodingADecodedSlotGivesTheSlot() {
    for (int i = 0; i < ROUNDS * 50; i++) {
      long slot = slot();
      assertThat(Encoder.first(Decoder.decode(slot))).as(seedAnd(slot)).isEqualTo(slot);
    }
  }

  @Test
  void assemblingWhatAWalkGivesIsTheSame() {
    for (int i = 0; i < ROUNDS; i++) {
      Instructions instructions = instructions();
      List<Instruction> walked = new ArrayList<>();
      instructions.forEach((_, instruction) -> walked.add(instruction));
      assertThat(Instructions.assemble(walked)).as("seed %d", seed).isEqualTo(instructions);
    }
  }

  @Test
  void readingWrittenBytesGivesTheSame() {
    for (int i = 0; i < ROUNDS; i++) {
      Instructions instructions = instructions();
      for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
        assertThat(Instructions.read(instructions.toBytes(order), order))
            .as("seed %d", seed)
            .isEqualTo(instructions);
      }
    }
  }

  @Test
  void everySlotHasOneLineOfText() {
    for (int i = 0; i < ROUNDS; i++) {
      long slot = slot();
      assertThat(Disassembler.text(Decoder.decode(slot)))
          .as(seedAnd(slot))
          .matches("\\([0-9a-f]{2}\\) \\S.*\\S");
    }
  }

  private Instructions instructions() {
    long[] slots = random.longs(random.nextInt(6)).map(_ -> slot()).toArray();
    for (int i = 0; i + 1 < slots.length; i++) {
      if (Slot.isWide(slots[i]) && random.nextBoolean()) {
        slots[i] = Slot.withOffset(slots[i], 0);
        slots[i + 1] = Slot.of(0, 0, 0, 0, random.nextInt());
      }
    }
    return Instructions.of(slots);
  }

  private long slot() {
    if (random.nextBoolean()) {
      return random.nextLong();
    }
    int opcode = random.nextInt(8) == 0 ? Opcode.LD_IMM64 : random.nextInt(256);
    return Slot.of(
        opcode,
        random.nextBoolean() ? 0 : random.nextInt(12),
        random.nextBoolean() ? 0 : random.nextInt(12),
        OFFSETS[random.nextInt(OFFSETS.length)],
        IMMEDIATES[random.nextInt(IMMEDIATES.length)]);
  }

  private String seedAnd(long slot) {
    return "seed " + seed + ", slot 0x" + Long.toHexString(slot);
  }
}
