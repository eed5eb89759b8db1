// Writes contract.fixture.json from the shared contract document. From the root of the repository:
//   node -e "import('vite').then(({ runnerImport }) => runnerImport('./test/apis/xms/make-contract-fixture.ts'))"
import { keepContract, sharedContract } from './contract-fixture.ts';

const contract = sharedContract();
if (!contract) throw new Error('The shared contract document is not there');
keepContract(contract);
