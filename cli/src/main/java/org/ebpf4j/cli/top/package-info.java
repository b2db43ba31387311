/// How busy programs are.
@NullMarked
package org.ebpf4j.cli.top;

import org.jspecify.annotations.NullMarked;
