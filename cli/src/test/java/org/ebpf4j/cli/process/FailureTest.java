package org.ebpf4j.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.junit.jupiter.api.Test;

class FailureTest {
  @Test
  void theNameOfAProgramIsSaidOnce() {
    assertThat(Failure.ofProgram("loaded", "x", new BpfException("program 'x': PROG_LOAD: EINVAL")))
        .isEqualTo("not loaded: program 'x': PROG_LOAD: EINVAL");
    assertThat(Failure.ofProgram("attached", "x", new BpfException("no tracepoint 'y'")))
        .isEqualTo("not attached: 'x': no tracepoint 'y'");
    assertThat(Failure.ofProgram("loaded", "x", new BpfException("program 'xy': no type")))
        .isEqualTo("not loaded: 'x': program 'xy': no type");
  }

  @Test
  void anIdOfNothingIsNotFound() {
    for (var kind : new String[] {"PROG", "MAP", "LINK", "BTF"}) {
      var error = new KernelException(kind + "_GET_FD_BY_ID", Errno.ENOENT, "no such id");
      assertThat(Failure.of(error).status()).as(kind).isEqualTo(ExitStatus.NOT_FOUND);
    }
    assertThat(Failure.of(new KernelException("PROG_LOAD", Errno.ENOENT, "no type")).status())
        .isEqualTo(ExitStatus.FAILED);
  }
}
