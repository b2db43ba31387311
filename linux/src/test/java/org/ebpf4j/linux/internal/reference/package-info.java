@NullMarked
package org.ebpf4j.linux.internal.reference;

import org.jspecify.annotations.NullMarked;
