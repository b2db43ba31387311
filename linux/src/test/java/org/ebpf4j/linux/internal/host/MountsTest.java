package org.ebpf4j.linux.internal.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.NotMountedException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.sys.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountsTest {
  private static final String ROOT = "21 1 254:0 / / rw,relatime - ext4 /dev/vda rw";
  private static final String SYS = "22 21 0:20 / /sys rw,nosuid shared:7 - sysfs sysfs rw";
  private static final String BPF =
      "30 22 0:27 / /sys/fs/bpf rw,nosuid shared:9 master:1 propagate_from:2 - bpf bpf rw,mode=700";

  private static Mounts parse(String... lines) {
    return Mounts.parse(List.of(lines));
  }

  @Test
  void readsLineWithAnyNumberOfOptionalFields() {
    assertThat(parse(ROOT, SYS, BPF).all())
        .containsExactly(
            new Mounts.Mount("/", Path.of("/"), "ext4"),
            new Mounts.Mount("/", Path.of("/sys"), "sysfs"),
            new Mounts.Mount("/", Path.of("/sys/fs/bpf"), "bpf"));
  }

  @Test
  void readsOctalEscapes() {
    var mounts =
        parse(
            ROOT,
            "40 21 0:30 / /mnt/a\\040b\\011c\\134d\\043e rw - tmpfs none rw",
            "41 21 0:31 /dir\\040x /mnt/x rw - bpf none rw");
    assertThat(mounts.typeAt(Path.of("/mnt/a b\tc\\d#e/f"))).isEqualTo("tmpfs");
    assertThat(mounts.all().getLast().root()).isEqualTo("/dir x");
  }

  @Test
  void keepsBackslashThatBeginsNoEscape() {
    assertThat(parse("40 21 0:30 / /mnt/a\\zzz\\9 rw - tmpfs none rw").all().getFirst().point())
        .isEqualTo(Path.of("/mnt/a\\zzz\\9"));
  }

  /// The lines come byte by byte.
  @Test
  void readsNamesInEncodingOfTheSystem() {
    assumeTrue(System.getProperty("sun.jnu.encoding", "").equals("UTF-8"), "paths are not UTF-8");
    var name =
        new String("/mnt/José".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    assertThat(
            parse(ROOT, "40 21 0:30 / " + name + " rw - bpf none rw")
                .typeAt(Path.of("/mnt/José/it")))
        .isEqualTo("bpf");
  }

  @Test
  void takesMountAtLongestPoint() {
    var mounts = parse(ROOT, BPF, SYS);
    assertThat(mounts.typeAt(Path.of("/sys/fs/bpf/a/b"))).isEqualTo("bpf");
    assertThat(mounts.typeAt(Path.of("/sys/fs/bpf"))).isEqualTo("bpf");
    assertThat(mounts.typeAt(Path.of("/sys/fs/bpfx"))).isEqualTo("sysfs");
    assertThat(mounts.typeAt(Path.of("/home"))).isEqualTo("ext4");
    assertThat(mounts.typeAt(Path.of("/"))).isEqualTo("ext4");
  }

  @Test
  void takesLastOfSeveralMountsAtOnePoint() {
    var over = "31 30 0:40 / /sys/fs/bpf rw - tmpfs none rw";
    assertThat(parse(ROOT, SYS, BPF, over).typeAt(Path.of("/sys/fs/bpf/a"))).isEqualTo("tmpfs");
    assertThat(parse(ROOT, SYS, over, BPF).typeAt(Path.of("/sys/fs/bpf/a"))).isEqualTo("bpf");
  }

  @Test
  void findsRootOfFilesystemFirst() {
    var part = "32 21 0:27 /dir /mnt/part rw - bpf bpf rw";
    var second = "33 21 0:28 / /mnt/second rw - bpf bpf rw";
    assertThat(parse(ROOT, part, second, BPF).pointOf("bpf")).contains(Path.of("/mnt/second"));
    assertThat(parse(ROOT, part).pointOf("bpf")).isEmpty();
    assertThat(parse().pointOf("bpf")).isEmpty();
    assertThat(parse().typeAt(Path.of("/"))).isEmpty();
  }

  @Test
  void passesOverWhatIsNoMount() {
    assertThat(parse("", "- ", "1 2 3 - ext4 a b", "no separator at all here").all()).isEmpty();
  }

  @Test
  void findsTracefsWhereItIsMounted(@TempDir Path directory) throws IOException {
    Files.createDirectory(directory.resolve("events"));
    var own = "34 22 0:12 / " + directory + " rw - tracefs tracefs rw";
    try (var tracefs = Tracefs.find("it", parse(ROOT, own), () -> refused(Errno.EPERM))) {
      assertThat(tracefs.root()).isEqualTo(directory);
      assertThat(tracefs.isPrivate()).isFalse();
    }
  }

  @Test
  void saysHowToMountTracefsWhereAMountOfOurOwnIsRefused() {
    var mounts = parse(ROOT, SYS);
    assertThatThrownBy(() -> Tracefs.find("the tracepoint x", mounts, () -> refused(Errno.EPERM)))
        .isInstanceOf(NotMountedException.class)
        .hasMessage(
            "the tracepoint x needs tracefs, which is not mounted here, and mounting it for this process alone was refused (EPERM (operation not permitted)); mount it as root with: mount -t tracefs tracefs /sys/kernel/tracing");
    assertThatThrownBy(() -> Tracefs.find("the tracepoint x", mounts, () -> refused(Errno.ENODEV)))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("this kernel does not have");
  }

  /// As that of `ip netns exec` is, by the /sys that it mounts anew.
  @Test
  void takesNoTracefsThatAnotherMountHides() {
    var hidden = "34 22 0:12 / /sys/kernel/no-such-directory rw - tracefs tracefs rw";
    assertThatThrownBy(
            () -> Tracefs.find("it", parse(ROOT, SYS, hidden), () -> refused(Errno.EPERM)))
        .isInstanceOf(NotMountedException.class);
  }

  private static Result refused(int errno) {
    return new Result(null, errno);
  }
}
