import { CreateRepositoryCommand, type ECRClient } from '@aws-sdk/client-ecr';
import { NAME } from './asking';

/** The repository that questions are about, with ScanOnPush. */
export async function ensureRepository(ecr: ECRClient): Promise<void> {
    try {
        await ecr.send(
            new CreateRepositoryCommand({
                repositoryName: NAME,
                imageScanningConfiguration: { scanOnPush: true },
            }),
        );
    } catch (error) {
        if (!(error instanceof Error && error.name === 'RepositoryAlreadyExistsException')) {
            throw error;
        }
    }
}
